import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { Command, ConversationError, type RawConnection, type Refusal, refusalIn } from '../wire/index.ts';
import { closeConnection, openChannel, openConnection, type Opening, TurnedAway } from './handshake.ts';

/** What somebody made by AMQP, and what is there until it is taken away. Plain data. */
export interface Made {
  kind: 'queue' | 'exchange';
  name: string;
}

/** Something that could not be taken away. */
export interface Stays extends Made {
  why: string;
}

/** So many deletions are sent before their answers are waited for. */
const atOnce = 50;
const retryMs = 500;
const notFound = 404;
const accessRefused = 403;

/**
 * Takes queues and exchanges away, by AMQP. What is not there is gone, and what is refused, as a queue in whose dead
 * owner the broker still believes, is tried again, unless the user has no right to it.
 *
 * @param within milliseconds for all of it. Default: 30,000.
 * @returns what stays
 */
export async function takeAway(opening: Opening, made: readonly Made[], within = 30_000): Promise<Stays[]> {
  const deadline = performance.now() + within;
  const forbidden: Stays[] = [];
  let left: Stays[] = made.map((each) => ({ ...each, why: '' }));
  while (left.length > 0) {
    const patience = Math.max(Math.ceil(deadline - performance.now()), 1);
    try {
      const { gone, refusal } = await deleteInTurn(opening, left, patience);
      const [refused, ...rest] = left.slice(gone);
      // The others first: what is refused may need its time
      left = rest;
      if (refused !== undefined) {
        const to = refusal?.code === accessRefused ? forbidden : left;
        to.push({ ...refused, why: refusal?.text ?? refused.why });
      }
      if (rest.some(({ why }) => why === '')) continue;
    } catch (error) {
      left = left.map((each) => ({ ...each, why: messageOf(error) }));
      if (error instanceof TurnedAway) break;
    }
    if (left.length === 0 || performance.now() + retryMs > deadline) break;
    await pause(retryMs);
  }
  return [...left, ...forbidden];
}

/** @returns how many are gone, until one was refused */
async function deleteInTurn(
  opening: Opening,
  made: readonly Made[],
  within: number,
): Promise<{ gone: number; refusal?: Refusal }> {
  const { connection } = await openConnection(opening, { within });
  let gone = 0;
  try {
    await openChannel(connection, opening, within);
    while (gone < made.length) {
      const next = made.slice(gone, gone + atOnce);
      await connection.together(() => next.map((each) => deleteOne(connection, each)));
      for (const { kind } of next) {
        await connection.expect(`${kind}.delete-ok`, { within });
        gone += 1;
      }
    }
    await closeConnection(connection);
    return { gone };
  } catch (error) {
    const came = error instanceof ConversationError ? error.came : undefined;
    if (!(came instanceof Command && came.is('channel.close'))) throw error;
    const refusal = refusalIn(came);
    return refusal.code === notFound ? { gone: gone + 1 } : { gone, refusal };
  } finally {
    connection.destroy();
  }
}

async function deleteOne(connection: RawConnection, { kind, name }: Made): Promise<void> {
  if (kind === 'queue') await connection.send('queue.delete', { queue: name });
  else await connection.send('exchange.delete', { exchange: name });
}
