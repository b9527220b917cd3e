import {
  closeConnection,
  NoAnswerInTime,
  openChannel,
  openConnection,
  type Opening,
} from '../broker/handshake.ts';
import { CouldNotRun, messageOf } from '../errors.ts';
import { answered, deadlineMs, Unanswered } from '../waiting/until.ts';
import { RefusedByBroker } from '../wire/index.ts';

/** What is asked when something did not come in time. */
export interface Asked {
  /** How another connection is opened to the broker. */
  opening: Opening;
  /** Asks for a channel on the connection that is silent; absent where nothing can be asked there. */
  askForChannel?(): Promise<unknown>;
}

/**
 * Waits for the answer to a question that every broker answers at once. One that comes late counts as none only if the
 * broker answers others meanwhile, and other questions on the same connection: on a busy machine it is slow to all, and on
 * a network that has lost a connection nothing comes on that; neither is to be blamed on it.
 *
 * @throws Unanswered when the deadline has passed, and the broker answers what else it is asked, and still not this
 * @throws CouldNotRun when it does not answer that either, within another deadline
 */
export async function answeredBy<Answer>(
  asked: Asked,
  question: string,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answered(question, answer);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    const silence = async (): Promise<never> => {
      await answersOthers(asked, question);
      throw error;
    };
    return await Promise.race([answer, silence()]);
  }
}

/**
 * Makes sure that a broker from which something did not come in time is not just slow, or out of reach: asks it for a
 * channel on another connection, and on the same one. Where it gives none on the other, and yet closes that in order, it
 * gives none to anybody, so that its silence on the same one says nothing.
 *
 * @param missing what did not come
 * @throws CouldNotRun when it answers nothing on one of them within another deadline
 */
export async function answersOthers(asked: Asked, missing: string): Promise<void> {
  const [there, elsewhere] = await Promise.all([
    answersThere(asked),
    answersElsewhere(asked.opening, missing),
  ]);
  if (there || elsewhere === 'all but channels') return;
  throw new CouldNotRun(
    `Nothing came any more on a connection, while the broker answered on another: it did not answer ${missing}, nor what else was asked there then.`,
  );
}

async function answersElsewhere(broker: Opening, missing: string): Promise<'all' | 'all but channels'> {
  const within = deadlineMs();
  const deadline = performance.now() + within;
  try {
    const { connection } = await openConnection(broker, { within });
    try {
      await openChannel(connection, broker, Math.max(0, Math.round(deadline - performance.now())));
      return 'all';
    } catch (error) {
      if (!(error instanceof NoAnswerInTime) || !(await closeConnection(connection, within))) throw error;
      return 'all but channels';
    } finally {
      await closeConnection(connection);
    }
  } catch (error) {
    // That is an answer too
    if (error instanceof RefusedByBroker) return 'all';
    const why = messageOf(error);
    throw new CouldNotRun(
      `The broker was slow to all: it did not answer ${missing} within ${within} ms, nor what was asked on another connection then. ${why}`,
      { cause: error },
    );
  }
}

/** Whether anything comes on a connection that is asked for a channel. */
export async function answersThere(asked: Pick<Asked, 'askForChannel'>): Promise<boolean> {
  try {
    await answered('another question', Promise.resolve(asked.askForChannel?.()));
    return true;
  } catch (error) {
    // Whatever else comes of it, the connection is not silent
    return !(error instanceof Unanswered);
  }
}
