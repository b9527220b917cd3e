import type { Command } from '../../wire/index.ts';
import { mutant, widely } from '../mutant.ts';
import { held } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

export const mandatoryIgnored = mutant(
  'mandatory-ignored',
  'drops mandatory messages that no queue gets',
  fromClient('basic.publish').change({ mandatory: false }),
);

export const immediateIgnored = mutant(
  'immediate-ignored',
  'takes immediate messages like all others',
  fromClient('basic.publish').change({ immediate: false }),
);

export const everythingMandatory = mutant(
  'everything-mandatory',
  'returns messages that no queue gets although they are not mandatory',
  fromClient('basic.publish').change({ mandatory: true }),
);

export const returnsLost = widely(
  because.returns,
  mutant('returns-lost', 'loses the messages that it should return', fromBroker('basic.return').swallow()),
);

/** On a channel in confirm mode; without confirms nothing follows a return. */
export const returnsAfterConfirms = mutant(
  'returns-after-confirms',
  'returns a message after it has confirmed it',
  fromBroker('basic.return', 'basic.ack').does(() => {
    const waiting = new WeakMap<object, Command[]>();
    return ({ command, channel, confirming }) => {
      if (!confirming) return undefined;
      const returns = waiting.get(channel) ?? [];
      if (command.is('basic.return')) {
        waiting.set(channel, [...returns, command]);
        return held;
      }
      waiting.delete(channel);
      return returns.length === 0 ? undefined : [command, ...returns];
    };
  }),
);

/** @param code instead of 312 */
export function returnCodeChanged(code: number, text: string) {
  return mutant(
    `return-code-${code}`,
    `returns messages with the code ${code} ${text}`,
    fromBroker('basic.return').change({ replyCode: code, replyText: text }),
  );
}

export const returnedBodiesLost = widely(
  because.bodies,
  mutant(
    'returned-bodies-lost',
    'returns messages without their body',
    fromBroker('basic.return').changeBody(() => Buffer.alloc(0)),
  ),
);
