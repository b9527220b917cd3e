import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { root as here, specsOf } from '../project.ts';
import { idPattern } from './describe.ts';

/** Where they are listed, from the project's root. */
export const excludedFile = 'specs/excluded.json';

const schema = z.record(
  z.string().regex(idPattern),
  z.strictObject({
    /** The behaviour as one sentence, in our own words. */
    says: z.string().min(1),
    /** Why there is no spec of it: a sentence. */
    because: z.string().min(1),
  }),
);

/** A behaviour that no claim speaks of, for a reason. */
export interface Excluded {
  id: string;
  says: string;
  because: string;
}

/**
 * Reads which behaviours are excluded, and why.
 *
 * @param claims the ids of all claims that there are
 * @param root the project's
 * @returns none where the project has no such file
 * @throws UsageError when the file is something else, or excludes what is a claim
 */
export function readExcluded(claims: ReadonlySet<string>, root = here): Excluded[] {
  let text: string;
  try {
    text = readFileSync(join(specsOf(root), 'excluded.json'), 'utf8');
  } catch {
    return [];
  }
  const wrong = (problem: string) =>
    new UsageError(`${excludedFile}: ${problem}`, 'It has an id for each behaviour, with says and because.');
  let excluded: z.infer<typeof schema>;
  try {
    excluded = schema.parse(JSON.parse(text));
  } catch (error) {
    throw wrong(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  }
  const claimed = Object.keys(excluded).find((id) => claims.has(id));
  if (claimed !== undefined) throw wrong(`${claimed} is a claim, so it is not excluded.`);
  return Object.entries(excluded).map(([id, { says, because }]) => ({ id, says, because }));
}
