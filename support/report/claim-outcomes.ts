import { queueTypes } from '../broker/queue-type.ts';
import { worstOf } from '../verdict/worst.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { ClaimResult } from './claim-result.ts';

/** What a run says of one claim: the worst of its outcomes, one for each queue type. */
export interface ClaimOutcomes {
  claim: ClaimDescription;
  verdict: Verdict;
  /** Why; where the types differ, it is told of which it is. */
  reason?: string;
  /** At least one; several in the order of the queue types. */
  outcomes: readonly ClaimResult[];
  /** The first of those that are worst. */
  worst: ClaimResult;
}

/** Results by claim, in the order in which the first of each came. */
export function byClaim(results: readonly ClaimResult[]): ClaimOutcomes[] {
  const claims = new Map<string, [ClaimResult, ...ClaimResult[]]>();
  for (const result of results) {
    const others = claims.get(result.claim.id);
    if (others === undefined) claims.set(result.claim.id, [result]);
    else others.push(result);
  }
  return [...claims.values()].map((own) => {
    const [first] = own;
    const outcomes = own.sort((one, other) => placeOf(one) - placeOf(other));
    const verdict = worstOf(outcomes.map((each) => each.verdict)) ?? first.verdict;
    const worst = outcomes.find((each) => each.verdict === verdict) ?? first;
    const reason = reasonOf(worst, outcomes);
    return { claim: first.claim, verdict, ...(reason === undefined ? {} : { reason }), outcomes, worst };
  });
}

/** `1 claim`, `254 claims`. */
export function claimsInWords(count: number): string {
  return `${count} ${count === 1 ? 'claim' : 'claims'}`;
}

function placeOf({ queueType }: ClaimResult): number {
  return queueType === undefined ? -1 : queueTypes.indexOf(queueType);
}

function reasonOf({ reason, queueType }: ClaimResult, outcomes: readonly ClaimResult[]): string | undefined {
  const isOfAll = outcomes.every((each) => each.reason === reason);
  return reason === undefined || queueType === undefined || isOfAll || reason.startsWith('With ')
    ? reason
    : `With ${queueType} queues: ${reason}`;
}
