import { mutant, widely } from '../mutant.ts';
import type { Administrator } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

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

function asAdministrator(administrator: Administrator | undefined) {
  return administrator === undefined
    ? {}
    : { mechanism: 'PLAIN', response: `\0${administrator.username}\0${administrator.password}` };
}
