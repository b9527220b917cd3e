import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, UsageError } from '../../errors.ts';
import { systematicMutants } from '../../mutants/systematic/index.ts';

/**
 * Why no spec notices a systematic mutant:
 *
 * - `untellable`: no client could tell.
 * - `open`: the protocol, and what is documented beside it, leaves it open.
 * - `timing`: whether a client can tell depends on which of two things comes first, so it may be noticed as well.
 * - `barred`: it lets nobody in or nobody go on, and each spec that meets it could not run, which is seen too.
 */
const whys = ['untellable', 'open', 'timing', 'barred'] as const;

const schema = z.array(
  z.strictObject({
    why: z.enum(whys),
    /** The reason, as a sentence. */
    because: z
      .string()
      .regex(/^[A-Z].*\.$/, 'A sentence begins with a capital letter, and ends with a full stop'),
    /** The names of the mutants for which it is the reason. */
    mutants: z.array(z.string()).min(1),
  }),
);

/** Why a mutant is not noticed. */
export interface Unnoticed {
  why: (typeof whys)[number];
  because: string;
}

/**
 * Reads which systematic mutants no spec notices for a known reason, by their names.
 *
 * @param file by default the project's
 * @throws UsageError when it is something else, or names a mutant that there is not, or one twice
 */
export function readUnnoticed(
  file: URL | string = new URL('unnoticed.json', import.meta.url),
): ReadonlyMap<string, Unnoticed> {
  const wrong = (problem: string) =>
    new UsageError(
      `${String(file)}: ${problem}`,
      'It is a list of reasons, each with why, because, and the names of its mutants.',
    );
  let reasons: z.infer<typeof schema>;
  try {
    reasons = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw wrong(error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
  const known = new Set(systematicMutants.map(({ name }) => name));
  const unnoticed = new Map<string, Unnoticed>();
  for (const { why, because, mutants } of reasons) {
    for (const name of mutants) {
      if (!known.has(name)) throw wrong(`there is no mutant ${name}.`);
      if (unnoticed.has(name)) throw wrong(`${name} is there twice.`);
      unnoticed.set(name, { why, because });
    }
  }
  return unnoticed;
}
