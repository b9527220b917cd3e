import { CouldNotRun, messageOf } from '../errors.ts';
import { isAssertion } from '../verdict/fault.ts';
import { makeReadable } from '../verdict/readable.ts';
import { toBeAwaited } from './expect.ts';

/** What a story stands on did not come about, so it never came to what its claim says. */
export class PremiseFailed extends CouldNotRun {}

/**
 * States what a story stands on and its claim does not say: that a worker got the tasks which it then loses, say. If it
 * does not come about, the claim is not violated, it could not run.
 *
 * ```ts
 * await premise(expect(worker).toReceive(['1', '2']));
 * const task = await premise(worker.next());
 * await premise(() => expect(returned.routingKey).toBe('nowhere'));
 * ```
 *
 * @param stated an expectation or another wait for the broker; a function for what is expected at once
 * @returns what it gives
 * @throws PremiseFailed with what was seen instead
 */
export function premise<Result>(stated: Promise<Result> | (() => Result | Promise<Result>)): Promise<Result> {
  return toBeAwaited(hold(stated));
}

async function hold<Result>(stated: Promise<Result> | (() => Result | Promise<Result>)): Promise<Result> {
  try {
    return await (typeof stated === 'function' ? stated() : stated);
  } catch (error) {
    if (!isAssertion(error)) throw error;
    makeReadable(error);
    throw new PremiseFailed(`premise: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
