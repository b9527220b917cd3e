import { distance } from 'fastest-levenshtein';
import { claimsIn } from '../claim/places.ts';
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
 * @throws UsageError for a name that is none of these
 */
export function selectionOf(names: readonly string[], folder = process.cwd()): Selection {
  const claims = claimsIn(folder);
  const areas = new Set(claims.map(({ id }) => areaOf(id)));
  const files = new Set<string>();
  const tests: string[] = [];
  for (const name of names) {
    const claim = claims.find(({ id }) => id === name);
    if (claim !== undefined) {
      files.add(claim.file);
      tests.push(`${name}: `);
    } else if (areas.has(name)) {
      files.add(`specs/${name}/`);
      tests.push(`${name}/`);
    } else if (claims.some(({ file }) => file === name)) {
      files.add(name);
      tests.push(...claims.filter(({ file }) => file === name).map(({ id }) => `${id}: `));
    } else {
      const known = [...new Set([...areas, ...claims.flatMap(({ id, file }) => [id, file])])];
      throw new UsageError(
        `There is no area, claim or spec file "${name}". Nearest: ${nearest(name, known).join(', ')}.`,
        'pnpm claims lists all of them.',
      );
    }
  }
  return {
    files: [...files],
    ...(tests.length === 0 ? {} : { testNamePattern: new RegExp(`^(?:${tests.join('|')})`) }),
  };
}

function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function nearest(name: string, known: readonly string[]): string[] {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}
