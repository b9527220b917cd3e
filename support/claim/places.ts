import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';

/** A claim's place in the specs, as found by reading them. */
interface ClaimPlace {
  id: string;
  /** Path from the project's root. */
  file: string;
}

/** An id is always written out as the first argument of `claim`. */
const declaration = /\bclaim\(\s*'(?<id>[^']*)'/g;

/**
 * Reads which claims there are, without running anything.
 *
 * @param folder the project's root
 * @throws UsageError when two claims have the same id
 */
export function claimsIn(folder: string): ClaimPlace[] {
  const places = readdirSync(join(folder, 'specs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) =>
      [...readFileSync(join(folder, 'specs', file), 'utf8').matchAll(declaration)].map((match) => ({
        id: match.groups?.['id'] ?? '',
        file: `specs/${file}`,
      })),
    );
  const files = new Map<string, string>();
  for (const { id, file } of places) {
    const other = files.get(id);
    if (other !== undefined) {
      throw new UsageError(
        `The claim ${id} is declared twice: in ${other} and in ${file}.`,
        'Give each its own id.',
      );
    }
    files.set(id, file);
  }
  return places;
}
