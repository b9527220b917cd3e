import { distance } from 'fastest-levenshtein';
import { claimsIn } from '../claim/places.ts';
import { queueTypes } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';

/** What vitest is told to run. */
interface Selection {
  files: string[];
  /** Absent: everything in these files. */
  testNamePattern?: RegExp;
}

/**
 * What to run for the names that a user gave.
 *
 * @param names areas, claim ids, or spec files; none: everything
 * @param options `queueType`: with queues of this type alone
 * @throws UsageError for a name that is none of these, or an unknown queue type
 */
export function selectionOf(
  names: readonly string[],
  { queueType, folder = process.cwd() }: { queueType?: string | undefined; folder?: string } = {},
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
      files.add(claim.file);
      tests.push(`${name}${type}: `);
    } else if (areas.has(name)) {
      files.add(`specs/${name}/`);
      tests.push(`${name}/[^ :]+${type}: `);
    } else if (claims.some(({ file }) => file === name)) {
      files.add(name);
      tests.push(...claims.filter(({ file }) => file === name).map(({ id }) => `${id}${type}: `));
    } else {
      const known = [...new Set([...areas, ...claims.flatMap(({ id, file }) => [id, file])])];
      throw new UsageError(
        `There is no area, claim or spec file "${name}". Nearest: ${nearest(name, known).join(', ')}.`,
        'pnpm claims lists all of them.',
      );
    }
  }
  const everything = queueType === undefined ? {} : { testNamePattern: new RegExp(`^[^ :]+${type}: `) };
  return {
    files: [...files],
    ...(tests.length === 0 ? everything : { testNamePattern: new RegExp(`^(?:${tests.join('|')})`) }),
  };
}

function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function nearest(name: string, known: readonly string[]): string[] {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}
