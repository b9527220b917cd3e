import { RefusedByBroker } from '../wire/index.ts';
import { Unanswered } from '../waiting/until.ts';

/**
 * Whether a failure is the broker's doing: a refusal, or no answer where it answers others. A lost connection may be the
 * network's.
 */
export function isOfBroker(error: unknown): error is Error {
  return error instanceof RefusedByBroker || error instanceof Unanswered;
}
