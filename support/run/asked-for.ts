import { join } from 'node:path';
import type { Vitest } from 'vitest/node';
import { type ClaimPlace, claimsIn } from '../claim/places.ts';
import { baseOf } from '../project.ts';
import { outcomeName } from '../verdict/outcome-name.ts';

/**
 * The claims that are asked for in each of these spec files, as far as is known before one is loaded.
 *
 * @param files their whole paths
 */
export function askedFor(vitest: Vitest, files: readonly string[]): Map<string, string[]> {
  const pattern = vitest.getGlobalTestNamePattern();
  const asked = new Map(files.map((file) => [file, [] as string[]]));
  for (const place of claimsIn(vitest.config.root))
    if (isAskedFor(place, pattern)) asked.get(join(baseOf(vitest.config.root), place.file))?.push(place.id);

  return asked;
}

/** Whether a pattern of the names of tests asks for a claim, with one type of queues at least. */
export function isAskedFor({ id, queueTypes }: ClaimPlace, pattern: RegExp | undefined): boolean {
  const names = queueTypes.length === 0 ? [id] : queueTypes.map((type) => outcomeName(id, type));
  return pattern === undefined || names.some((name) => pattern.test(`${name}: `));
}
