import { type Opening, closeConnection, openChannel, openConnection } from '../broker/handshake.ts';
import { CouldNotRun, messageOf } from '../errors.ts';
import { answered, deadlineMs, Unanswered } from '../waiting/until.ts';
import { RefusedByBroker } from '../wire/index.ts';

/**
 * Waits for the answer to a question that every broker answers at once. One that comes late counts as none only if the
 * broker answers others meanwhile: on a busy machine it is slow to all, and not to blame.
 *
 * @param broker how another connection to it is opened
 * @throws Unanswered when the deadline has passed, and the broker answers on another connection, and still not this
 * @throws CouldNotRun when it does not answer there either, within another deadline
 */
export async function answeredBy<Answer>(
  broker: Opening,
  question: string,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answered(question, answer);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    const silence = async (): Promise<never> => {
      await answersOthers(broker, question);
      throw error;
    };
    return await Promise.race([answer, silence()]);
  }
}

/**
 * Makes sure that a broker from which something did not come in time is not just slow: asks it for a channel on another
 * connection.
 *
 * @param missing what did not come
 * @throws CouldNotRun when that is not answered within another deadline
 */
export async function answersOthers(broker: Opening, missing: string): Promise<void> {
  const within = deadlineMs();
  const deadline = performance.now() + within;
  try {
    const { connection } = await openConnection(broker, { within });
    try {
      await openChannel(connection, broker, Math.max(0, Math.round(deadline - performance.now())));
    } finally {
      await closeConnection(connection);
    }
  } catch (error) {
    // That is an answer too
    if (error instanceof RefusedByBroker) return;
    const why = messageOf(error);
    throw new CouldNotRun(
      `The broker was slow to all: it did not answer ${missing} within ${within} ms, nor what was asked on another connection then. ${why}`,
      { cause: error },
    );
  }
}
