import type { FieldTable } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { held } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { breakDown } from './break-down.ts';
import { perConnection } from './remember.ts';

export const heartbeatsWithheld = mutant('heartbeats-withheld', 'sends no heartbeats', {
  kind: 'heartbeats withheld',
  from: 'broker',
});

export const heartbeatsUnheard = mutant('heartbeats-unheard', 'does not count heartbeats as a sign of life', {
  kind: 'heartbeats withheld',
  from: 'client',
});

export const blockedUntold = mutant(
  'blocked-untold',
  'does not tell a client that it is blocked',
  fromBroker('connection.blocked').swallow(),
);

export const serverPropertiesLost = mutant(
  'server-properties-lost',
  'does not say what it is and what it can do',
  fromBroker('connection.start').change({ serverProperties: [] }),
);

/** @param capability as a broker names it in connection.start */
export function capabilityDenied(capability: string) {
  return mutant(
    `capability-denied-${capability}`,
    `says that it is not capable of ${capability}`,
    fromBroker('connection.start').change(({ serverProperties }) => ({
      serverProperties: serverProperties.map(([key, value]) =>
        key.toString() === 'capabilities' && value.tag === 'F'
          ? [key, { ...value, value: value.value.map((each) => denied(each, capability)) }]
          : [key, value],
      ),
    })),
  );
}

function denied([key, value]: FieldTable[number], capability: string): FieldTable[number] {
  return [key, key.toString() === capability ? { tag: 't', value: false } : value];
}

export const tuneProposalOff = mutant(
  'tune-proposal-off',
  'proposes one channel less and other limits than documented',
  fromBroker('connection.tune').change(({ channelMax, frameMax, heartbeat }) => ({
    channelMax: Math.max(channelMax - 1, 1),
    frameMax: Math.max(frameMax - 1, 8192),
    heartbeat: heartbeat + 1,
  })),
);

/** It says that it is in both, and is in the first. */
export const virtualHostOpenedTwice = mutant(
  'virtual-host-opened-twice',
  'lets a connection open a second virtual host',
  () => {
    const opened = perConnection(() => ({ already: false }));
    return [
      fromClient('connection.open').does(() => ({ connection, toClient }) => {
        if (!opened(connection).already) {
          opened(connection).already = true;
          return undefined;
        }
        toClient('connection.open-ok');
        return [];
      }),
    ];
  },
);

export const localesLost = mutant(
  'locales-lost',
  'offers no locale',
  fromBroker('connection.start').change({ locales: '' }),
);

export const mechanismsLost = mutant(
  'mechanisms-lost',
  'offers no mechanism of authentication',
  fromBroker('connection.start').change({ mechanisms: '' }),
);

export const limitsNotChecked = mutant(
  'limits-not-checked',
  'takes whatever limits a client answers with',
  () => {
    const proposed = perConnection(() => ({ channelMax: 0, frameMax: 0 }));
    return [
      fromBroker('connection.tune').does(() => ({ command, connection }) => {
        const { channelMax, frameMax } = command.arguments;
        Object.assign(proposed(connection), { channelMax, frameMax });
        return undefined;
      }),
      fromClient('connection.tune-ok').change((_, { connection }) => proposed(connection)),
    ];
  },
);

/** Nothing that a client says after connection.close may be carried out; a method alone waits for 300 ms. */
export const carriedOutAfterClose = mutant(
  'carried-out-after-close',
  'carries out what a client says after connection.close',
  () => {
    const closing = perConnection(() => ({ release: undefined as (() => void) | undefined }));
    return [
      fromClient('connection.close').does(() => ({ command, connection, later }) => {
        const release = (): void => {
          clearTimeout(timer);
          closing(connection).release = undefined;
          later(command);
        };
        const timer = setTimeout(release, 300).unref();
        closing(connection).release = release;
        return held;
      }),
      fromClient().does(() => ({ command, connection, later }) => {
        const { release } = closing(connection);
        if (release === undefined) return undefined;
        later(command);
        release();
        return [];
      }),
    ];
  },
);

export const closesAnsweredWithAnError = mutant(
  'closes-answered-with-an-error',
  'answers with an error when a client closes its connection',
  fromClient('connection.close').does(() => breakDown),
);

/** As if it had been agreed upon what the broker proposed. */
export const agreedChannelMaxForgotten = mutant(
  'agreed-channel-max-forgotten',
  'opens more channels than were agreed upon',
  () => {
    const proposed = perConnection(() => ({ channelMax: 0 }));
    return [
      fromBroker('connection.tune').does(() => ({ command, connection }) => {
        proposed(connection).channelMax = command.arguments.channelMax;
        return undefined;
      }),
      fromClient('connection.tune-ok').change((_, { connection }) => proposed(connection)),
    ];
  },
);

export const agreedChannelMaxOneLess = mutant(
  'agreed-channel-max-one-less',
  'opens one channel less than was agreed upon',
  fromClient('connection.tune-ok')
    .where(({ channelMax }) => channelMax > 1)
    .change(({ channelMax }) => ({ channelMax: channelMax - 1 })),
);
