import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** Everybody is the administrator; a `user-id` in a message has to be the administrator's then. */
export const accessChecksPassedBy = mutant(
  'access-checks-passed-by',
  'lets everybody in, and do everything',
  fromClient('connection.start-ok').change((_, { administrator }) =>
    administrator === undefined
      ? {}
      : { mechanism: 'PLAIN', response: `\0${administrator.username}\0${administrator.password}` },
  ),
);

/** The one that the administrator has. */
export const virtualHostsTakenForOne = mutant(
  'virtual-hosts-taken-for-one',
  'takes all virtual hosts for the same',
  fromClient('connection.open').change((_, { administrator }) =>
    administrator === undefined ? {} : { virtualHost: administrator.virtualHost },
  ),
);
