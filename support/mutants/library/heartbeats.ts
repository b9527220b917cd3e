import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perConnection } from './remember.ts';

/** Seconds were agreed; a client that says nothing is given up after two of these, and a bit. */
const missed = 2_500;

export const heartbeatsTurnedOff = mutant(
  'heartbeats-turned-off',
  'neither sends nor awaits heartbeats, whatever was agreed upon',
  fromClient('connection.tune-ok').change({ heartbeat: 0 }),
);

export const heartbeatsInsistedOn = mutant(
  'heartbeats-insisted-on',
  'sends heartbeats to a client that wants none, and awaits some of it',
  fromClient('connection.tune-ok')
    .where(({ heartbeat }) => heartbeat === 0)
    .change({ heartbeat: 3 }),
);

export const endsWithheld = mutant('ends-withheld', 'never ends a TCP connection', {
  kind: 'ends withheld',
});

export const heartbeatsAloneCounted = mutant(
  'heartbeats-alone-counted',
  'takes only heartbeats for a sign of life, and nothing else that a client says',
  () => {
    const signs = perConnection(() => ({ agreed: 0, last: performance.now() }));
    return [
      {
        kind: 'frames',
        from: 'client',
        begin:
          () =>
          ({ type, connection }) => {
            if (type === 8) signs(connection).last = performance.now();
            return undefined;
          },
      },
      fromClient('connection.tune-ok').does(() => ({ command, connection }) => {
        Object.assign(signs(connection), { agreed: command.arguments.heartbeat, last: performance.now() });
        return undefined;
      }),
      fromClient().does(() => ({ connection, hangUp }) => {
        const { agreed, last } = signs(connection);
        if (agreed === 0 || performance.now() - last < missed * agreed) return undefined;
        hangUp();
        return [];
      }),
    ];
  },
);

export const unaskedHeartbeatsRefused = mutant(
  'unasked-heartbeats-refused',
  'takes a heartbeat for an error where none were agreed upon',
  () => {
    const signs = perConnection(() => ({ agreed: 0, beaten: false }));
    return [
      {
        kind: 'frames',
        from: 'client',
        begin:
          () =>
          ({ type, connection }) => {
            if (type === 8) signs(connection).beaten = true;
            return undefined;
          },
      },
      fromClient('connection.tune-ok').does(() => ({ command, connection }) => {
        signs(connection).agreed = command.arguments.heartbeat;
        return undefined;
      }),
      fromClient().does(() => ({ connection, breakConnection }) => {
        const { agreed, beaten } = signs(connection);
        if (agreed > 0 || !beaten) return undefined;
        breakConnection({ replyCode: 501, replyText: 'FRAME_ERROR' });
        return [];
      }),
    ];
  },
);

/** As if it did not know that it is itself who reads nothing. */
export const blockedClientsGivenUp = mutant(
  'blocked-clients-given-up',
  'gives up a client that it has blocked as if that had gone',
  fromBroker('connection.blocked').does(() => ({ command, hangUp }) => {
    setTimeout(hangUp, missed).unref();
    return [command];
  }),
);
