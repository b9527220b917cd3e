import { apartEnding } from '../claim/describe.ts';
import type { ClaimPlace } from '../claim/places.ts';
import { UsageError } from '../errors.ts';

/** A restart takes about as long as so many specs. */
const specsOfRestart = 40;

/**
 * The files of one part of a run, such that all parts take about the same time and none has to know of another.
 *
 * @param shard `1/2`: the first of two parts
 * @throws UsageError when it is no part, or nothing is in it
 */
export function filesOfShard(places: readonly ClaimPlace[], shard: string): Set<string> {
  const [part, parts] = /^[1-9]\d*\/[1-9]\d*$/.test(shard) ? shard.split('/').map(Number) : [];
  if (part === undefined || parts === undefined || part > parts)
    throw new UsageError(`--shard ${shard} is no part of a run.`, 'Write --shard 1/2 for the first of two.');

  const weights = new Map<string, number>();
  for (const { file, queueTypes } of places) {
    const before = weights.get(file) ?? (file.endsWith(apartEnding) ? specsOfRestart : 0);
    weights.set(file, before + Math.max(1, queueTypes.length));
  }
  const heaviestFirst = [...weights].sort(
    ([one, weight], [other, otherWeight]) => otherWeight - weight || (one < other ? -1 : 1),
  );
  const shares = Array.from({ length: parts }, () => ({ weight: 0, files: new Set<string>() }));
  for (const [file, weight] of heaviestFirst) {
    const lightest = shares.reduce((least, share) => (share.weight < least.weight ? share : least));
    lightest.weight += weight;
    lightest.files.add(file);
  }
  const { files } = shares[part - 1] ?? { files: new Set<string>() };
  if (files.size > 0) return files;
  throw new UsageError(
    `There is nothing in part ${shard}: what is asked for stands in ${weights.size} files.`,
    'Divide it in fewer parts.',
  );
}
