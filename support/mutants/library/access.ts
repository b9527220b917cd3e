import { type MethodName, methodName, table } from '../../wire/index.ts';
import { ignored, isObject } from '../management/answer.ts';
import { mutant, widely } from '../mutant.ts';
import type { Administrator } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { perConnection } from './remember.ts';

/** Everybody is the administrator; a `user-id` in a message has to be the administrator's then. */
export const accessChecksPassedBy = mutant(
  'access-checks-passed-by',
  'lets everybody in, and do everything',
  fromClient('connection.start-ok').change((_, { administrator }) => asAdministrator(administrator)),
);

/** The one that the administrator has. */
export const virtualHostsTakenForOne = widely(
  because.vhosts,
  mutant(
    'virtual-hosts-taken-for-one',
    'treats all virtual hosts as the same',
    fromClient('connection.open').change((_, { administrator }) =>
      administrator === undefined ? {} : { virtualHost: administrator.virtualHost },
    ),
  ),
);

/** As brokers do to clients that can't take such a notification: the connection ends without a word. */
export const refusedLoginsUntold = mutant(
  'refused-logins-untold',
  'does not tell a client why it is not let in',
  fromBroker('connection.close')
    .where(({ replyCode }) => replyCode === 403)
    .does(() => ({ hangUp }) => {
      hangUp();
      return [];
    }),
);

/** It gets what the administrator has, in the administrator's virtual host. @param nth counted from 1 */
export function connectionLimitsIgnored(nth: number) {
  return mutant(
    `connection-limits-ignored-${nth}`,
    `takes connection number ${nth} whatever the limits are`,
    fromClient('connection.start-ok')
      .nth(nth)
      .change((_, { administrator }) => asAdministrator(administrator)),
    fromClient('connection.open')
      .nth(nth)
      .change((_, { administrator }) =>
        administrator === undefined ? {} : { virtualHost: administrator.virtualHost },
      ),
  );
}

/** What users are refused, by what the refusal is about: the name of a resource, or the key of a topic. */
type Guarded = 'queue' | 'exchange' | 'topic';

/** It answers as if the method was carried out, which it is not. @param on the right to what is not asked for */
export function permissionUnchecked(method: MethodName, on: Guarded) {
  return mutant(
    `permission-unchecked-${method}-${on}`,
    `lets users ${method} without the right to the ${on}`,
    fromBroker('channel.close')
      .where(
        ({ replyCode, replyText, classId, methodId }) =>
          replyCode === 403 &&
          methodName(classId, methodId) === method &&
          replyText.toString().includes(`access to ${on} '`),
      )
      .does(() => ({ revive }) => {
        revive();
        return [];
      }),
  );
}

/** As if more rights were needed than anybody can be given. */
export function deniedToUsers(method: MethodName) {
  return mutant(`denied-to-users-${method}`, `lets nobody but its administrator ${method}`, () => {
    const logins = perConnection(() => ({ administrator: false }));
    return [
      fromClient('connection.start-ok').does(() => ({ command, connection, administrator }) => {
        const { response } = command.arguments;
        logins(connection).administrator = response.toString() === asAdministrator(administrator).response;
        return undefined;
      }),
      fromClient(method)
        .where((_, { connection }) => !logins(connection).administrator)
        .does(() => ({ refuse }) => {
          refuse(403, 'ACCESS_REFUSED');
          return [];
        }),
    ];
  });
}

export const permissionsIgnored = mutant(
  'permissions-ignored',
  'takes permissions of users and does not apply them',
  ignored(['PUT', 'DELETE'], /^\/api\/permissions\//),
);

export const topicPermissionsIgnored = mutant(
  'topic-permissions-ignored',
  'takes topic permissions of users and does not apply them',
  ignored(['PUT'], /^\/api\/topic-permissions\//),
);

/** Those that are there stay as they are. */
export const usersUnchanged = mutant(
  'users-unchanged',
  'agrees in its management API to make or to change a user, and does not',
  ignored(['PUT'], /^\/api\/users\/[^/]+$/),
);

export const userDeletionsIgnored = mutant(
  'user-deletions-ignored',
  'agrees in its management API to delete a user, and does not',
  ignored(['DELETE'], /^\/api\/users\/[^/]+$/),
);

/** All connections, whosever they are. */
export const passwordChangesEndConnections = mutant(
  'password-changes-end-connections',
  'ends the connections that are open when the password of a user is changed',
  () => {
    const ends = new Set<() => void>();
    return [
      fromBroker('connection.open-ok').does(() => ({ command, breakConnection }) => {
        ends.add(() =>
          breakConnection({ replyCode: 320, replyText: 'CONNECTION_FORCED - password changed' }),
        );
        // Whatever it does to the connection, it does later
        return [command];
      }),
      {
        kind: 'management',
        swallows: ({ method, path }) => {
          if (method === 'PUT' && /^\/api\/users\/[^/]+$/.test(path)) for (const end of ends) end();
          return false;
        },
        begin: () => (answer) => answer,
      },
    ];
  },
);

export const hashesOfOtherPasswords = mutant(
  'hashes-of-other-passwords',
  'computes in its management API the hash of another password than it is asked for',
  {
    kind: 'management',
    begin:
      () =>
      (answer, { path }) =>
        path.startsWith('/api/auth/hash_password/') && isObject(answer)
          ? { ...answer, ok: Buffer.alloc(36).toString('base64') }
          : answer,
  },
);

export const definitionsIgnored = mutant(
  'definitions-ignored',
  'agrees in its management API to import definitions, and does not',
  ignored(['POST'], /^\/api\/definitions(\/|$)/),
);

/** As if each client had announced that it takes such a notification. */
export const refusedLoginsToldToAll = mutant(
  'refused-logins-told-to-all',
  'tells a client that it is not let in by a method that the client did not announce to know',
  fromClient('connection.start-ok').change(({ clientProperties }) => {
    const capabilities = clientProperties.find(([name]) => name.toString() === 'capabilities')?.[1];
    const announced = capabilities?.tag === 'F' ? capabilities.value : [];
    const told = 'authentication_failure_close';
    const all = [...announced.filter(([name]) => name.toString() !== told), ...table({ [told]: true })];
    const others = clientProperties.filter(([name]) => name.toString() !== 'capabilities');
    return { clientProperties: [...others, ['capabilities', { tag: 'F', value: all }]] };
  }),
);

/** @param mechanism that others offer when they are configured to */
export function mechanismOfferedToAll(mechanism: string) {
  return mutant(
    `mechanism-offered-to-all-${mechanism}`,
    `offers ${mechanism} however it is configured`,
    fromBroker('connection.start').change(({ mechanisms }) => ({
      mechanisms: [...new Set([...mechanisms.toString().split(' '), mechanism])].join(' '),
    })),
  );
}

/** @param field of what it tells of a protocol */
export function loginsUncounted(field: 'auth_attempts_succeeded' | 'auth_attempts_failed') {
  return mutant(`logins-uncounted-${field}`, `counts no ${field} in its management API`, {
    kind: 'management',
    begin:
      () =>
      (answer, { path }) =>
        path.startsWith('/api/auth/attempts/') && Array.isArray(answer)
          ? answer.map((each) => (isObject(each) ? { ...each, [field]: 0 } : each))
          : answer,
  });
}

function asAdministrator(administrator: Administrator | undefined) {
  return administrator === undefined
    ? {}
    : { mechanism: 'PLAIN', response: `\0${administrator.username}\0${administrator.password}` };
}
