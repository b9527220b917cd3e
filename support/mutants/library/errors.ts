import { mutant, widely } from '../mutant.ts';
import { fromBroker } from '../target.ts';
import { because } from './because.ts';

const closed = fromBroker('channel.close', 'connection.close');

/** For errors of channels and of the connection. */
export function errorCodeChanged(code: number, other: number) {
  return mutant(
    `error-code-${code}-changed-to-${other}`,
    `answers with ${other} where ${code} is right`,
    closed.where(({ replyCode }) => replyCode === code).change({ replyCode: other }),
  );
}

export const errorTextLost = widely(
  because.errors,
  mutant('error-text-lost', 'reports errors without a text', closed.change({ replyText: '' })),
);

export const errorMethodForgotten = widely(
  because.errors,
  mutant(
    'error-method-forgotten',
    'does not say with an error which method has failed',
    closed.change({ classId: 0, methodId: 0 }),
  ),
);

/** The channel goes on without its consumers, and with what it had unacknowledged requeued. */
export const errorsSwallowed = widely(
  because.errors,
  mutant(
    'errors-swallowed',
    'overlooks errors and answers as if all were well',
    fromBroker('channel.close').does(() => ({ revive }) => {
      revive();
      return [];
    }),
  ),
);

/** It stays bound. */
export const lockedQueuesUnbound = mutant(
  'locked-queues-unbound',
  'agrees to unbind the exclusive queue of another connection',
  fromBroker('channel.close')
    .where(
      ({ replyCode }, { unanswered: [asked] }) => replyCode === 405 && asked?.is('queue.unbind') === true,
    )
    .does(() => ({ revive }) => {
      revive();
      return [];
    }),
);

export const channelErrorsBreakTheConnection = widely(
  because.errors,
  mutant(
    'channel-errors-break-the-connection',
    'closes the whole connection for the error of a channel',
    fromBroker('channel.close').does(() => ({ command, breakConnection }) => {
      breakConnection(command.arguments);
      return [];
    }),
  ),
);
