import { BrokenOff } from '../broker/handshake.ts';
import { ManagementError } from '../management/error.ts';
import { Unanswered } from '../waiting/until.ts';
import { RefusedByBroker } from '../wire/index.ts';

/**
 * Whether a failure is the broker's doing: a refusal, also one without a word, or by the management API, or no answer where
 * it answers others. Any other lost connection may be the network's, and an error of the API's own (5xx) passes.
 */
export function isOfBroker(error: unknown): error is Error {
  if (error instanceof ManagementError) return error.status < 500;
  return [RefusedByBroker, BrokenOff, Unanswered].some((kind) => error instanceof kind);
}
