import { isOfBroker } from './of-broker.ts';
import type { MatcherResult } from './matcher.ts';

/**
 * Passes when the broker does what was asked of it. Any other failure than a refusal or no answer is
 * none of the broker's, and is thrown on.
 */
export async function toBeAccepted(attempt: Promise<unknown>): Promise<MatcherResult> {
  let seen = 'it was accepted';
  let pass = true;
  try {
    await attempt;
  } catch (error) {
    if (!isOfBroker(error)) throw error;
    seen = error.message;
    pass = false;
  }
  return {
    pass,
    message: () => `The broker was ${pass ? 'not ' : ''}to accept it.\nSeen: ${seen}`,
    actual: seen,
    expected: 'it was accepted',
  };
}
