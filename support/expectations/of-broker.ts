import { BrokenOff } from '../broker/handshake.ts';
import { Unanswered } from '../waiting/until.ts';
import { RefusedByBroker } from '../wire/index.ts';

/**
 * Whether a failure is the broker's doing: a refusal, also one without a word, or no answer where it answers others. Any
 * other lost connection may be the network's.
 */
export function isOfBroker(error: unknown): error is Error {
  return [RefusedByBroker, BrokenOff, Unanswered].some((kind) => error instanceof kind);
}
