import { z } from 'zod';
import { type QueueType, queueTypes } from '../broker/queue-type.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { verdictNames } from '../verdict/style.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { badnessOf } from '../verdict/worst.ts';
import type { ClaimOutcomes } from './claim-outcomes.ts';

/** What has changed since an earlier run, the baseline. */
export const changesSchema = z.object({
  baseline: z.object({ title: z.string(), endedAt: z.iso.datetime() }),
  /** Those that were proven and are not any more come first, then the worst. */
  claims: z.array(
    z.object({
      id: z.string(),
      /** With which queues alone; absent: with all, or the claim knows no types. */
      queueType: z.enum(queueTypes).optional(),
      from: z.enum(verdictNames),
      to: z.enum(verdictNames),
      /** Why it is so now. */
      reason: z.string().optional(),
    }),
  ),
  /** How many claims the baseline does not tell of. */
  added: z.int().nonnegative(),
  /** How many claims of the baseline do not exist any more. */
  gone: z.int().nonnegative(),
});
export type Changes = z.infer<typeof changesSchema>;
type Change = Changes['claims'][number];

interface Told {
  verdict: Verdict;
  reason?: string | undefined;
  /** That it was proven, and what has changed since. */
  outdated?: string | undefined;
}

/** What a run tells of a claim. */
export interface ToldClaim extends Told {
  id: string;
  outcomes: readonly (Told & { queueType?: QueueType | undefined })[];
}

/** What a run tells of its claims, by the results that it has gathered. */
export function toldBy(results: readonly ClaimOutcomes[]): ToldClaim[] {
  return results.map(({ claim: { id }, verdict, reason, outcomes, worst: { outdated } }) => ({
    id,
    verdict,
    reason,
    outdated,
    outcomes,
  }));
}

/**
 * What has changed since an earlier run.
 *
 * @param baseline the results of that run
 * @param now of the claims that were chosen, and have run
 * @param exists whether there is a claim of this id: one that was not chosen is not gone
 */
export function changesSince(
  baseline: { broker?: { title: string } | undefined; endedAt: string; claims: readonly ToldClaim[] },
  now: readonly ToldClaim[],
  exists: (id: string) => boolean,
): Changes {
  const { broker, endedAt, claims } = baseline;
  const before = new Map(claims.map((claim) => [claim.id, claim]));
  return {
    baseline: { title: broker?.title ?? 'no broker', endedAt },
    claims: now
      .flatMap((claim) => {
        const earlier = before.get(claim.id);
        return earlier === undefined ? [] : changesOf(earlier, claim);
      })
      .sort(inOrder),
    added: now.filter(({ id }) => !before.has(id)).length,
    gone: claims.filter(({ id }) => !exists(id)).length,
  };
}

/** By queue type, unless all types have changed in the same way. A type that is new is compared with the claim. */
function changesOf(before: ToldClaim, now: ToldClaim): Change[] {
  const earlier = new Map(before.outcomes.map((outcome) => [outcome.queueType, outcome]));
  const pairs = now.outcomes.map((to) => ({ from: earlier.get(to.queueType) ?? before, to }));
  const changed = pairs.filter(({ from, to }) => from.verdict !== to.verdict);
  const alike = changed.every(
    ({ from, to }) => from.verdict === before.verdict && to.verdict === now.verdict,
  );
  if (pairs.length > 0 && !(alike && changed.length === pairs.length))
    return changed.map(({ from, to }) => change(now.id, from, to, to.queueType));
  return before.verdict === now.verdict ? [] : [change(now.id, before, now)];
}

function change(id: string, { verdict: from }: Told, to: Told, queueType?: QueueType): Change {
  const reason = to.reason ?? to.outdated;
  return {
    id,
    ...(queueType === undefined ? {} : { queueType }),
    from,
    to: to.verdict,
    ...(reason === undefined ? {} : { reason }),
  };
}

function inOrder(one: Change, other: Change): number {
  return (
    Number(other.from === 'proven') - Number(one.from === 'proven') ||
    badnessOf(one.to) - badnessOf(other.to) ||
    (outcomeName(one.id, one.queueType) < outcomeName(other.id, other.queueType) ? -1 : 1)
  );
}

/** Changes of the same kind for the same reason. */
export interface ChangeGroup extends Pick<Change, 'from' | 'to' | 'reason'> {
  /** Names of outcomes. */
  names: string[];
}

/** The changes in their order, those together that are told alike. */
export function groupsOf({ claims }: Changes): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const { id, queueType, from, to, reason } of claims) {
    const key = JSON.stringify([from, to, reason]);
    const group = groups.get(key) ?? { from, to, ...(reason === undefined ? {} : { reason }), names: [] };
    group.names.push(outcomeName(id, queueType));
    groups.set(key, group);
  }
  return [...groups.values()];
}

const mostNames = 10;

/** The names of a group, or the first of many. */
export function namesInWords(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more <= 1 ? names.join(', ') : `${names.slice(0, mostNames).join(', ')} and ${more} more`;
}

/** `2 claims are new, 1 is gone`; nothing where there are none. */
export function countsOfChanges({ claims, added, gone }: Changes): string {
  const counted = (count: number, what: string): string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? 'claim is' : 'claims are'} ${what}`];
  const parts = [...counted(added, 'new'), ...counted(gone, 'gone')];
  return parts.length > 0 ? `${parts.join(', ')}.` : claims.length > 0 ? '' : 'Nothing has changed.';
}
