import { distance } from 'fastest-levenshtein';
import { join } from 'node:path';
import { type ClaimPlace, claimsIn } from '../claim/places.ts';
import { queueTypes } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';
import { asTyped, baseOf, root, specsOf } from '../project.ts';
import { isAskedFor } from './asked-for.ts';
import { filesOfShard } from './shard.ts';

/** What vitest is told to run. */
interface Selection {
  /** Whole paths of files and folders; none: all. */
  files: string[];
  /** Absent: everything in these files. */
  testNamePattern?: RegExp;
}

/**
 * What to run for the names that a user gave.
 *
 * @param names areas, claim ids, or spec files; none: everything
 * @param options `queueType`: with queues of this type alone; `shard`: of all that a part alone, `1/2`
 * @throws UsageError for a name that is none of these, an unknown queue type, or a part that is none or empty
 */
export function selectionOf(
  names: readonly string[],
  {
    queueType,
    shard,
    folder = root,
  }: { queueType?: string | undefined; shard?: string | undefined; folder?: string } = {},
): Selection {
  if (queueType !== undefined && !queueTypes.some((known) => known === queueType))
    throw new UsageError(`There is no queue type "${queueType}".`, `Write one of ${queueTypes.join(', ')}.`);

  const type = queueType === undefined ? String.raw`(?: \(\w+\))?` : String.raw` \(${queueType}\)`;
  const claims = claimsIn(folder);
  const areas = new Set(claims.map(({ id }) => areaOf(id)));
  const files = new Set<string>();
  const tests: string[] = [];
  for (const name of names) {
    const claim = claims.find(({ id }) => id === name);
    if (claim !== undefined) {
      files.add(join(baseOf(folder), claim.file));
      tests.push(`${name}${type}: `);
    } else if (areas.has(name)) {
      files.add(`${join(specsOf(folder), name)}/`);
      tests.push(`${name}/[^ :]+${type}: `);
    } else if (claims.some(({ file }) => file === name)) {
      files.add(join(baseOf(folder), name));
      tests.push(...claims.filter(({ file }) => file === name).map(({ id }) => `${id}${type}: `));
    } else {
      const known = [...new Set([...areas, ...claims.flatMap(({ id, file }) => [id, file])])];
      throw new UsageError(
        `There is no area, claim or spec file "${name}". Nearest: ${nearest(name, known).join(', ')}.`,
        `${asTyped('claims')} lists all of them.`,
      );
    }
  }
  const named = tests.length > 0 ? `^(?:${tests.join('|')})` : queueType && `^[^ :]+${type}: `;
  const testNamePattern = named === undefined ? undefined : new RegExp(named);
  if (shard !== undefined) {
    const wholePath = ({ file }: ClaimPlace) => join(baseOf(folder), file);
    const asked = claims.filter(
      (claim) =>
        isAskedFor(claim, testNamePattern) &&
        (files.size === 0 || [...files].some((path) => wholePath(claim).startsWith(path))),
    );
    const part = filesOfShard(asked, shard);
    files.clear();
    for (const claim of asked) if (part.has(claim.file)) files.add(wholePath(claim));
  }
  return { files: [...files], ...(testNamePattern === undefined ? {} : { testNamePattern }) };
}

function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function nearest(name: string, known: readonly string[]): string[] {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}
