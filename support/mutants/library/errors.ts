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

/** Latin-1 has a byte for each of its letters. */
export const errorsBeyondLatinBreakTheConnection = mutant(
  'errors-beyond-latin-break-the-connection',
  'breaks the connection over an error of a channel whose text has letters that Latin-1 does not have',
  fromBroker('channel.close')
    .where(({ replyText }) => /[\u0100-\u{10FFFF}]/u.test(replyText.toString()))
    .does(() => ({ breakConnection }) => {
      breakConnection({ replyCode: 541, replyText: 'INTERNAL_ERROR' });
      return [];
    }),
);

/** As if it compared what is declared before it asks whose the queue is. */
export const locksToldAsDifferences = mutant(
  'locks-told-as-differences',
  'tells who declares the exclusive queue of another connection as one that is not, that this differs',
  fromBroker('channel.close')
    .where(
      ({ replyCode }, { unanswered: [asked] }) =>
        replyCode === 405 &&
        asked?.is('queue.declare') === true &&
        !asked.arguments.passive &&
        !asked.arguments.exclusive,
    )
    .change({ replyCode: 406, replyText: "PRECONDITION_FAILED - inequivalent arg 'durable'" }),
);

/** It knows them by its own words. */
export const differingFlagsBreakTheConnection = mutant(
  'differing-flags-break-the-connection',
  'closes the whole connection with 530 when a queue is declared again with another durable or auto-delete flag',
  fromBroker('channel.close')
    .where(
      ({ replyText }, { unanswered: [asked] }) =>
        asked?.is('queue.declare') === true &&
        /inequivalent arg '(durable|auto_delete)'/.test(replyText.toString()),
    )
    .does(() => ({ command, breakConnection }) => {
      breakConnection({ ...command.arguments, replyCode: 530, replyText: 'NOT_ALLOWED' });
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
