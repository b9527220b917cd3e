import { setTimeout as pause } from 'node:timers/promises';
import { CouldNotRun, messageOf } from '../errors.ts';
import { ManagementError } from './error.ts';
import { NoAnswer } from './http.ts';

/** How long somebody goes on asking. */
export interface Patience {
  /** Milliseconds for all of it. Default: 60,000. */
  within?: number;
  /** Milliseconds between an answer and the next question. Default: 250. */
  interval?: number;
  /** Whether to ask again after an error. Default: `isPassing`. */
  again?: (error: unknown) => boolean;
  /** Ends it before that. */
  signal?: AbortSignal | undefined;
}

/**
 * Asks a management API again after no answer, a lost connection, or an error that passes: a broker that is busy, or
 * a load balancer before one that restarts. What is asked must be safe to ask twice.
 *
 * @throws CouldNotRun when time is up, with what came last; any other error at once; the signal's reason when it was
 *   aborted
 */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { within = 60_000, interval = 250, again = isPassing, signal }: Patience = {},
): Promise<Answer> {
  const limit = AbortSignal.timeout(within);
  const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
  stopped.catch(() => undefined);
  let last: unknown;
  for (let asked = 1; ; asked += 1) {
    try {
      return await Promise.race([ask(), stopped]);
    } catch (error) {
      signal?.throwIfAborted();
      if (!limit.aborted && !again(error)) throw error;
      if (!limit.aborted) last = error;
      await pause(interval, undefined, { signal: stop }).catch(() => undefined);
      signal?.throwIfAborted();
      if (!limit.aborted) continue;
      const what = last === undefined ? 'There was no answer' : messageOf(last);
      throw new CouldNotRun(`${what} (asked ${times(asked)} within ${within / 1_000} s)`, { cause: last });
    }
  }
}

/** Whether an error may pass: no answer, a lost connection, an error of the server's, too many requests. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ManagementError) return error.status >= 500 || error.status === tooManyRequests;
  return error instanceof NoAnswer;
}

const tooManyRequests = 429;

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
