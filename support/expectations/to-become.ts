import { askUntil } from '../waiting/until.ts';
import { ManagementError } from '../management/error.ts';
import { differences, textOf } from '../evidence/listed.ts';
import type { MatcherResult } from './matcher.ts';

/**
 * Passes as soon as the answer to a question is as expected: for what becomes true some time after it
 * was caused, without an event that tells.
 *
 * @param ask a question without side effects, asked again and again
 */
export async function toBecome(
  equals: (actual: unknown, expected: unknown) => boolean,
  ask: () => Promise<unknown>,
  expected: unknown,
  options: { within?: number } = {},
): Promise<MatcherResult> {
  const seen = await askUntil(
    () => answerOf(ask),
    (answer) => equals(answer, expected),
    options,
  );
  const pass = equals(seen, expected);
  return {
    pass,
    message: () =>
      [
        `It was ${pass ? 'not ' : ''}to become: ${textOf(expected)}`,
        `Last seen: ${textOf(seen)}`,
        ...(Array.isArray(expected) && Array.isArray(seen) ? differences(expected, seen) : []),
      ].join('\n'),
    actual: seen,
    expected,
  };
}

/**
 * RabbitMQ's management API answers a listing with statistics with 500 now and then, while connections and
 * queues come and go. That is an answer like any other that is not the expected one yet.
 */
async function answerOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ManagementError && error.status >= 500) return error.message;
    throw error;
  }
}
