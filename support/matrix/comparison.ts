import type { QueueType } from '../broker/queue-type.ts';
import type { Outcome } from './alike.ts';
import type { MatrixOutcome, MatrixRow } from './matrix.ts';

/** A claim, or a claim with one type of queues where the types do not agree. */
export interface Compared extends Pick<MatrixRow, 'id' | 'area' | 'says' | 'documented'> {
  queueType?: QueueType;
}

/** What a broker shows of a claim. */
export type Shown = Pick<MatrixOutcome, 'verdict' | 'reason'>;

/** A claim of which two brokers were seen to do something else. */
export interface Difference extends Compared {
  from: Shown;
  to: Shown;
}

/** A claim that applies to one of both brokers, and what that one shows of it. */
export interface Applying extends Compared, Shown {
  /** Why it does not apply to the other. */
  notThere?: string;
}

/** What the documentation says of one of both brokers only: both forms where one claim takes the place of another. */
export interface Change {
  /** What applies to the first broker alone. */
  from?: Applying;
  /** What applies to the second broker alone. */
  to?: Applying;
}

/** Why a broker shows nothing of a claim. */
export interface Obstacle {
  /** The id of its column. */
  broker: string;
  outcome: Outcome;
  reason?: string;
}

/** Claims that could not be compared for the same reason. */
export interface Incomparable {
  /** Of one broker or of both. */
  obstacles: Obstacle[];
  claims: Compared[];
}

/** What changes for somebody who goes from one broker to another; everything in the order of the suite. */
export interface Comparison {
  from: { id: string; title: string };
  to: { id: string; title: string };
  /** What both were seen to do, and do differently. */
  different: Difference[];
  /** Those with both forms come first. */
  appliesToOne: Change[];
  /** The reasons that stand in the way of most claims come first. */
  incomparable: Incomparable[];
  /** How many claims show the same on both; those that apply to neither are not counted. */
  same: number;
}

/** How many claims are in each part of a comparison; one that is in several counts in the first. */
export function countsOf({ different, appliesToOne, incomparable, same }: Comparison): {
  different: number;
  appliesToOne: number;
  changes: number;
  same: number;
  incomparable: number;
} {
  const counted = new Set<string>();
  const countOf = (claims: readonly (Compared | undefined)[]): number => {
    const before = counted.size;
    for (const claim of claims) if (claim !== undefined) counted.add(claim.id);
    return counted.size - before;
  };
  return {
    different: countOf(different),
    appliesToOne: countOf(appliesToOne.flatMap(({ from, to }) => [from, to])),
    changes: appliesToOne.length,
    same,
    incomparable: countOf(incomparable.flatMap(({ claims }) => claims)),
  };
}

/** Those in which one claim takes the place of another, and those of one claim. */
export function parted(changes: readonly Change[]): [Change[], Change[]] {
  const isReplaced = ({ from, to }: Change): boolean => from !== undefined && to !== undefined;
  return [changes.filter(isReplaced), changes.filter((change) => !isReplaced(change))];
}
