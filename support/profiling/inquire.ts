import type { Access, Address } from '../broker/broker.ts';
import { declaredExtensions, type Extension, extensions } from '../broker/extensions.ts';
import { announcesAnything } from '../broker/profile.ts';
import { announced } from './announced.ts';
import { BrokerWentAway, NoAnswer, Refused } from './client-connection.ts';
import { declared } from './declared.ts';
import type { Question } from './question.ts';
import { DoesNotHave, Questioner } from './questioner.ts';
import { type Reading, readRefusal, unknown } from './reading.ts';

/** The answer to a question. */
export interface Inquiry extends Reading {
  extension: Extension;
  /** What the broker was asked to do, in a sentence. */
  asks: string;
}

/** How a broker is asked for what its handshake leaves open, by the extension. */
export const questions: Partial<Record<Extension, Question>> = { ...declared, ...announced };

/**
 * The extensions for which a broker is asked: those that no broker announces, and if it announces nothing at all also
 * those that others do.
 */
export function askedFor(says: Readonly<Record<string, boolean>>): readonly Extension[] {
  const left = announcesAnything(says) ? declaredExtensions : extensions;
  const order = Object.keys(questions);
  return left.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
}

/**
 * Asks a broker for an extension, by a conversation of a few seconds at the most on a connection of its own, and
 * takes away what that has made.
 *
 * @param signal breaks it off
 * @param left is told the names of what could not be taken away
 * @throws BrokerWentAway when it can't be reached any more, or hangs; the signal's reason when it was aborted
 */
export async function inquire(
  extension: Extension,
  broker: Access & { amqp: Address },
  { signal, left }: { signal: AbortSignal; left: (names: readonly string[]) => void },
): Promise<Inquiry> {
  signal.throwIfAborted();
  const question = questions[extension];
  if (question === undefined) {
    const asks = 'Nothing: what would show it disturbs the whole broker.';
    return { extension, asks, ...unknown('it does not announce anything') };
  }
  const questioner = await Questioner.connect(broker, signal);
  let reading: Reading;
  try {
    await questioner.queue().catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      throw new BrokerWentAway(`The broker hangs: ${error.message}.`, { cause: error });
    });
    reading = question.read(await question.talk(questioner));
  } catch (error) {
    reading = readFailure(error);
  } finally {
    const names = await questioner.end();
    if (names.length > 0) left(names);
  }
  signal.throwIfAborted();
  return { extension, asks: question.asks, ...reading };
}

/**
 * What it says of an extension that the conversation did not come to its end.
 *
 * @throws what is no answer of a broker
 */
export function readFailure(error: unknown): Reading {
  if (error instanceof DoesNotHave) return readRefusal(error);
  if (error instanceof Refused || error instanceof NoAnswer) return unknown(error.message);
  throw error;
}
