import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validRange } from 'semver';
import type { QueueType } from '../broker/queue-type.ts';
import { isWithin } from '../broker/version.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { UsageError } from '../errors.ts';
import { asTyped } from '../project.ts';
import { readResults, type Results } from '../report/results.ts';

/** What stored results say of claims on one broker. */
export interface Guarantees {
  /** `RabbitMQ 4.3.6, container (…)` */
  broker: string;
  /** When the run ended that showed it, in ISO 8601. */
  seenAt: string;
  /** Claims of which nothing was stored are left out. */
  claims: {
    id: string;
    says: string;
    verdict: Verdict;
    reason?: string;
    /** With each type of queues, where it has several. */
    queueTypes?: Partial<Record<QueueType, Verdict>>;
  }[];
}

/**
 * Whether a broker guarantees what claims say, by the newest results that runs have left in `reports`.
 *
 * @param asked `rabbitmq@4.3`: a product, and a version or a semver range
 * @throws UsageError when it is none, or no run of such a broker left results
 */
export function guaranteesOf(
  asked: string,
  claims: readonly ClaimDescription[],
  folder = 'reports',
): Guarantees {
  const [product = '', range] = asked.split('@');
  if (range === undefined || validRange(range) === null)
    throw new UsageError(`${asked} is not a product with a version.`, 'Write --for rabbitmq@4.3');

  const stored = storedResults(folder);
  const newest = stored
    .filter(({ broker }) => broker?.product === product && isWithin(range, broker.version))
    .sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1))[0];
  if (newest?.broker === undefined) {
    const known = [...new Set(stored.map(({ broker }) => `${broker?.product}@${broker?.version}`))].sort();
    throw new UsageError(
      `No run on ${product} ${range} has left results; stored are ${known.join(', ') || 'none at all'}.`,
      `Run ${asTyped('matrix')}, or ${asTyped('test')}, on that broker first.`,
    );
  }
  const seen = new Map(newest.claims.map((claim) => [claim.id, claim]));
  return {
    broker: newest.broker.title,
    seenAt: newest.endedAt,
    claims: claims.flatMap(({ id }) => {
      const claim = seen.get(id);
      if (claim === undefined) return [];
      const { says, verdict, reason, outcomes } = claim;
      const types = Object.fromEntries(outcomes.map(({ queueType, verdict: own }) => [queueType, own]));
      return [
        {
          id,
          says,
          verdict,
          ...(reason === undefined ? {} : { reason }),
          ...(outcomes.length === 0 ? {} : { queueTypes: types }),
        },
      ];
    }),
  };
}

/** Of single runs, of the matrix and of comparisons. */
function storedResults(folder: string): Results[] {
  const folders = [
    folder,
    ...['matrix', 'compare'].flatMap((name) => {
      const inside = join(folder, name);
      return existsSync(inside) ? readdirSync(inside).map((each) => join(inside, each)) : [];
    }),
  ];
  return folders
    .map((each) => join(each, 'results.json'))
    .filter((file) => existsSync(file))
    .map((file) => readResults(file))
    .filter(({ broker }) => broker !== undefined);
}
