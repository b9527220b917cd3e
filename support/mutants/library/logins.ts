import type { MethodArguments } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perConnection } from './remember.ts';

/** Needs an administrator, as whom it lets everybody in. */
export const openedWithoutLogin = mutant(
  'opened-without-login',
  'opens a connection for a client that has not logged in',
  () => {
    const logins = perConnection(() => ({ said: false, opening: false }));
    return [
      fromClient('connection.start-ok').does(() => ({ connection }) => {
        logins(connection).said = true;
        return undefined;
      }),
      fromClient('connection.tune-ok', 'connection.open').does(
        () =>
          ({ connection, toBroker, administrator }) => {
            const login = logins(connection);
            if (login.said) return undefined;
            if (login.opening) return [];
            login.opening = true;
            const { username = '', password = '' } = administrator ?? {};
            const response = `\0${username}\0${password}`;
            toBroker('connection.start-ok', { mechanism: 'PLAIN', response, locale: 'en_US' });
            return [];
          },
      ),
      fromBroker('connection.tune').does(() => ({ command, connection, toBroker, administrator }) => {
        if (!logins(connection).opening) return undefined;
        toBroker('connection.tune-ok', command.arguments);
        toBroker('connection.open', { virtualHost: administrator?.virtualHost ?? '/' });
        return [];
      }),
    ];
  },
);

export const earlyErrorsTold = mutant(
  'early-errors-told',
  'says why it ends a connection that is not open yet',
  () => {
    const tuned = perConnection(() => ({ so: false }));
    return [
      fromClient('connection.tune-ok').does(() => ({ connection }) => {
        tuned(connection).so = true;
        return undefined;
      }),
      fromClient('connection.open').does(() => ({ connection, breakConnection }) => {
        if (tuned(connection).so) return undefined;
        breakConnection({ replyCode: 504, replyText: 'CHANNEL_ERROR' });
        return [];
      }),
    ];
  },
);

export const unknownMechanismsTakenForPlain = mutant(
  'unknown-mechanisms-taken-for-plain',
  'takes a mechanism that it does not know for PLAIN',
  fromClient('connection.start-ok')
    .where(({ mechanism }) => !/^[A-Z0-9-]+$/.test(String(mechanism)) || String(mechanism).startsWith('X-'))
    .change({ mechanism: 'PLAIN' }),
);

export const newSecretsEndTheConnection = mutant(
  'new-secrets-end-the-connection',
  'ends a connection over a new secret',
  fromClient('connection.update-secret').does(() => ({ breakConnection }) => {
    breakConnection({ replyCode: 540, replyText: 'NOT_IMPLEMENTED', classId: 10, methodId: 70 });
    return [];
  }),
);

export const newSecretsUnanswered = mutant(
  'new-secrets-unanswered',
  'does not answer a client that has a new secret',
  fromBroker('connection.update-secret-ok').swallow(),
);

/** As a channel might do that thinks of its client as gone. */
export const newSecretsCancelConsumers = mutant(
  'new-secrets-cancel-consumers',
  'serves a consumer no longer once its client has a new secret',
  () => {
    const renewed = perConnection(() => ({ so: false }));
    return [
      fromClient('connection.update-secret').does(() => ({ connection }) => {
        renewed(connection).so = true;
        return undefined;
      }),
      fromBroker('basic.deliver')
        .where((_, { connection }) => renewed(connection).so)
        .swallow(),
    ];
  },
);

export function connectionErrorsUntold(code: number) {
  return mutant(
    `connection-errors-untold-${code}`,
    `ends a connection without a word where it is to tell of an error ${code}`,
    fromBroker('connection.close')
      .where(({ replyCode }) => replyCode === code)
      .does(() => ({ hangUp }) => {
        hangUp();
        return [];
      }),
  );
}

/** The broker has discarded it; so it is said once more when the channel is there again. */
export const carriedOutAfterError = mutant(
  'carried-out-after-error',
  'carries out what a client says on a channel that it has closed for an error',
  () => {
    const late = perConnection(() => ({
      failed: false,
      purges: [] as Partial<MethodArguments<'queue.purge'>>[],
    }));
    return [
      fromClient().does(() => ({ command, connection }) => {
        const memory = late(connection);
        if (command.is('queue.declare') && command.arguments.passive) memory.failed = true;
        else if (memory.failed && command.is('queue.purge')) {
          memory.purges.push({ ...command.arguments, noWait: true });
          return [];
        }
        return undefined;
      }),
      fromBroker('channel.open-ok').does(() => ({ connection, toBroker }) => {
        for (const purge of late(connection).purges.splice(0)) toBroker('queue.purge', purge);
        return undefined;
      }),
    ];
  },
);
