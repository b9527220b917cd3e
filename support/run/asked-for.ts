import { join } from 'node:path';
import type { Vitest } from 'vitest/node';
import { claimsIn } from '../claim/places.ts';
import { outcomeName } from '../verdict/outcome-name.ts';

/**
 * The claims that are asked for in each of these spec files, as far as is known before one is loaded.
 *
 * @param files their whole paths
 */
export function askedFor(vitest: Vitest, files: readonly string[]): Map<string, string[]> {
  const pattern = vitest.getGlobalTestNamePattern();
  const asked = new Map(files.map((file) => [file, [] as string[]]));
  for (const { id, file, queueTypes } of claimsIn(vitest.config.root)) {
    const names = queueTypes.length === 0 ? [id] : queueTypes.map((type) => outcomeName(id, type));
    if (pattern === undefined || names.some((name) => pattern.test(`${name}: `)))
      asked.get(join(vitest.config.root, file))?.push(id);
  }
  return asked;
}
