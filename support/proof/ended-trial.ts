import type { QueueType } from '../broker/queue-type.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import type { Trial, TrialResult } from '../verdict/trial.ts';

/** A trial of a spec, and what it showed. */
export interface EndedTrial {
  claim: ClaimDescription;
  /** With which the spec ran; absent where the claim, or the broker, knows none. */
  queueType?: QueueType;
  trial: Trial;
  result: TrialResult;
  /** What the spec said when it failed. */
  message: string | undefined;
}

/** The name of the outcome whose spec was tried. */
export function nameOf({ claim, queueType }: EndedTrial): string {
  return outcomeName(claim.id, queueType);
}

/** By the names of the outcomes. */
export function byOutcome(ended: readonly EndedTrial[]): Map<string, [EndedTrial, ...EndedTrial[]]> {
  const outcomes = new Map<string, [EndedTrial, ...EndedTrial[]]>();
  for (const each of ended) {
    const own = outcomes.get(nameOf(each));
    if (own === undefined) outcomes.set(nameOf(each), [each]);
    else own.push(each);
  }
  return outcomes;
}
