import { ConnectionLost, RefusedByBroker } from '../actors/refusal.ts';
import { Unanswered } from '../waiting/until.ts';

/** Whether a failure is the broker's doing: a refusal, a lost connection, or no answer at all. */
export function isOfBroker(error: unknown): error is Error {
  return [RefusedByBroker, ConnectionLost, Unanswered].some((kind) => error instanceof kind);
}
