import type { Command } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { held } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { perChannel } from './remember.ts';

const confirmed = fromBroker('basic.ack', 'basic.nack');
const published = fromClient('basic.publish').where((_, { confirming }) => confirming);

export const confirmsLost = widely(
  because.confirms,
  mutant('confirms-lost', 'never confirms a message', confirmed.swallow()),
);

/** @param nth counted from 1 */
export function confirmLost(nth: number) {
  return mutant(`confirm-lost-${nth}`, `leaves out the confirm number ${nth}`, confirmed.nth(nth).swallow());
}

export const confirmsDoubled = widely(
  because.confirms,
  mutant('confirms-doubled', 'confirms each message twice', confirmed.duplicate()),
);

export const confirmedAndLost = widely(
  because.confirms,
  mutant(
    'confirmed-and-lost',
    'confirms messages that it loses',
    published.does(() => (moment) => {
      moment.toClient('basic.ack', { deliveryTag: moment.sequenceNumber ?? 0n });
      return [];
    }),
  ),
);

/** Those whose number ends in 0. */
export const tenthsConfirmedAndLost = mutant(
  'tenths-confirmed-and-lost',
  'loses each tenth message of a channel, and confirms it',
  published
    .where((_, { sequenceNumber = 0n }) => sequenceNumber % 10n === 0n)
    .does(() => ({ sequenceNumber, toClient }) => {
      toClient('basic.ack', { deliveryTag: sequenceNumber ?? 0n });
      return [];
    }),
);

/** Those whose number ends in 0. */
export const tenthConfirmsLost = mutant(
  'tenth-confirms-lost',
  'never confirms each tenth message of a channel',
  confirmed.where(({ deliveryTag }) => deliveryTag % 10n === 0n).swallow(),
);

/** Whatever the broker says of the message later, a refusal too, is not passed on as a confirm. */
export const confirmedTooEarly = widely(
  because.confirms,
  mutant(
    'confirmed-too-early',
    'confirms a message before it has looked at it',
    published.does(() => (moment) => {
      moment.toClient('basic.ack', { deliveryTag: moment.sequenceNumber ?? 0n });
      return [moment.command];
    }),
    confirmed.swallow(),
  ),
);

export const nacksTakenForAcks = mutant(
  'nacks-taken-for-acks',
  'confirms with an ack what it could not take',
  fromBroker('basic.nack').replace('basic.ack', ({ deliveryTag, multiple }) => ({ deliveryTag, multiple })),
);

export const acksTakenForNacks = widely(
  because.confirms,
  mutant(
    'acks-taken-for-nacks',
    'confirms with a nack what it has taken',
    fromBroker('basic.ack').replace('basic.nack', ({ deliveryTag, multiple }) => ({ deliveryTag, multiple })),
  ),
);

export const confirmModeIgnored = widely(
  because.confirms,
  mutant(
    'confirm-mode-ignored',
    'agrees to confirm mode and does not enter it',
    fromClient('confirm.select').swallow(),
  ),
);

export const confirmsNumberedFromZero = widely(
  because.confirms,
  mutant(
    'confirms-numbered-from-zero',
    'counts the messages that it confirms from 0',
    confirmed.change(({ deliveryTag }) => ({ deliveryTag: deliveryTag - 1n })),
  ),
);

export const confirmsRenumbered = mutant(
  'confirms-renumbered',
  'counts from 1 again when confirm mode is asked for again',
  () => {
    /** The last message, and the last one before confirm mode was asked for again. */
    const numbers = perChannel(() => ({ last: 0n, before: 0n }));
    return [
      fromClient('confirm.select', 'basic.publish').does(() => ({ command, channel, sequenceNumber }) => {
        const number = numbers(channel);
        if (sequenceNumber !== undefined) number.last = sequenceNumber;
        if (command.is('confirm.select')) number.before = number.last;
        return undefined;
      }),
      confirmed.change(({ deliveryTag }, { channel }) => ({
        deliveryTag: deliveryTag - numbers(channel).before,
      })),
    ];
  },
);

export const confirmsBatchedUntold = widely(
  because.confirms,
  mutant(
    'confirms-batched-untold',
    'confirms ten messages at once, and does not say that it means several',
    confirmed.where(({ deliveryTag }) => deliveryTag % 10n !== 0n).swallow(),
  ),
);

export const nowaitConfirmSelectAnswered = mutant(
  'nowait-confirm-select-answered',
  'answers a confirm.select that wants no answer',
  fromClient('confirm.select').change({ noWait: false }),
);

/** The other answer follows at once. */
export const acksContradicted = widely(
  because.confirms,
  mutant(
    'acks-contradicted',
    'confirms a message with an ack and with a nack',
    fromBroker('basic.ack').does(() => ({ command, later, toClient }) => {
      const { deliveryTag, multiple } = command.arguments;
      later(command);
      toClient('basic.nack', { deliveryTag, multiple });
      return [];
    }),
  ),
);

/** A nack waits for the next ack, or for 300 ms. */
export const nacksAfterTheirAcks = mutant(
  'nacks-after-their-acks',
  'confirms all messages up to a number with one ack, and nacks some of them afterwards',
  confirmed.does(() => {
    const heard = perChannel(() => ({ nacks: new Set<Command>(), acked: 0n }));
    return ({ command, channel, later }) => {
      const { nacks, acked } = heard(channel);
      const { deliveryTag } = command.arguments;
      if (command.is('basic.ack')) {
        const late = [...nacks];
        nacks.clear();
        heard(channel).acked = deliveryTag;
        return [withArguments(command, { multiple: true }), ...late];
      }
      if (deliveryTag < acked) return undefined;
      nacks.add(command);
      setTimeout(() => nacks.delete(command) && later(command), 300).unref();
      return held;
    };
  }),
);

/** What becomes of the confirms of messages that were not confirmed yet when their queue was purged or deleted. */
function unconfirmedAt(method: 'queue.purge' | 'queue.delete', confirm?: 'basic.nack') {
  return () => {
    const sent: { queue: string; channel: object; number: bigint }[] = [];
    const concerned = perChannel(() => new Set<bigint>());
    return [
      published.does(() => ({ command, channel, sequenceNumber = 0n }) => {
        sent.push({ queue: command.arguments.routingKey.toString(), channel, number: sequenceNumber });
        return undefined;
      }),
      fromClient(method).does(() => ({ command }) => {
        for (const { queue, channel, number } of sent)
          if (queue === command.arguments.queue.toString()) concerned(channel).add(number);

        return undefined;
      }),
      confirmed.does(() => ({ command, channel }) => {
        const { deliveryTag } = command.arguments;
        if (concerned(channel).has(deliveryTag))
          return confirm === undefined ? [] : [made(command.channel, confirm, { deliveryTag })];

        // The others alone, since the broker may have meant several at once
        return concerned(channel).size === 0 ? undefined : [withArguments(command, {})];
      }),
    ];
  };
}

export const purgedNeverConfirmed = mutant(
  'purged-never-confirmed',
  'never confirms what is purged before it was confirmed',
  unconfirmedAt('queue.purge'),
);

export const nackedWithTheirQueue = mutant(
  'nacked-with-their-queue',
  'confirms with a nack what was not confirmed yet when its queue was deleted',
  unconfirmedAt('queue.delete', 'basic.nack'),
);

/** What the broker itself says of it is not passed on. */
export const confirmedAhead = widely(
  because.confirms,
  mutant(
    'confirmed-ahead',
    'confirms a message 300 ms before its queues get it',
    published.does(() => ({ command, sequenceNumber, toClient, later }) => {
      toClient('basic.ack', { deliveryTag: sequenceNumber ?? 0n });
      setTimeout(() => later(command), 300).unref();
      return [];
    }),
    confirmed.swallow(),
  ),
);
