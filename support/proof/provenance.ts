import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { baseOf, root as here } from '../project.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';

/**
 * Digests of what makes a proof: the text of the spec's file, of the mutants that its claim declares and of the
 * eccentric broker, and of all that specs and mutants stand on, matchers and actors among it.
 */
export const madeSchema = z.object({ spec: z.string(), mutants: z.string(), harness: z.string() });
export type Provenance = z.infer<typeof madeSchema>;

/** How a reader is told which of them has changed. */
export const provenanceNames: Record<keyof Provenance, string> = {
  spec: 'its spec file',
  mutants: 'the mutants',
  harness: 'the matchers, the actors or what else specs stand on',
};

const library = 'support/mutants/library';
const eccentric = 'support/mutants/eccentric';
/** Claims don't declare these, so they prove none. */
const systematic = 'support/mutants/systematic';
/** The programs among them: they are actors in processes of their own. */
const harness = [
  'support/actors',
  'support/claim',
  'support/expectations',
  'support/management',
  'support/mutants',
  'support/trials',
  'support/verdict',
  'support/waiting',
  'support/wire',
  'fixtures/programs',
];

/**
 * What makes a proof of a claim at this moment.
 *
 * @param root the project's
 */
export function provenanceOf(
  { file, refutedBy }: Pick<ClaimDescription, 'file' | 'refutedBy'>,
  root = here,
): Provenance {
  const files = sourcesOf(root);
  const within = (...folders: string[]) =>
    files.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));
  const named = within(library).filter((source) => refutedBy.some(({ name }) => isIn(source, name)));
  const spec = join(baseOf(root), file);
  return {
    spec: existsSync(spec) ? digestOf([readFileSync(spec, 'utf8')]) : '',
    mutants: digestOf([...named, ...within(eccentric)].map(({ text }) => text)),
    harness: (harnessDigests[root] ??= digestOf(
      within(...harness)
        .filter(
          ({ path }) => ![library, eccentric, systematic].some((folder) => path.startsWith(`${folder}/`)),
        )
        .map(({ path, text }) => `${path}\n${text}`),
    )),
  };
}

/** The mutants in a file of the library; a name may be made of a pattern: `cut-at-${longest}`. */
interface Names {
  whole: Set<string>;
  patterns: RegExp[];
}

const namesIn = new Map<Source, Names>();

/** Whether a file of the library has the mutant of this name. */
function isIn(source: Source, name: string): boolean {
  let names = namesIn.get(source);
  if (names === undefined) namesIn.set(source, (names = namesOf(source)));
  return names.whole.has(name) || names.patterns.some((pattern) => pattern.test(name));
}

function namesOf({ text }: Source): Names {
  const names: Names = { whole: new Set(), patterns: [] };
  for (const { groups } of text.matchAll(/['`](?<name>[a-z0-9]+(?:-(?:[a-z0-9]+|\$\{[^}]*\}))*)['`]/g)) {
    const parts = (groups?.['name'] ?? '').split(/\$\{[^}]*\}/);
    if (parts.length === 1) names.whole.add(parts.join(''));
    else names.patterns.push(new RegExp(`^${parts.join('.+')}$`));
  }
  return names;
}

interface Source {
  /** From the project's root. */
  path: string;
  text: string;
}

const sources: Record<string, Source[]> = {};
const harnessDigests: Record<string, string> = {};

/** All that may belong to a proof, without tests; read once. */
function sourcesOf(root: string): Source[] {
  return (sources[root] ??= harness.flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.m?ts$/.test(name) && !/\.(?:test|bench|test-support)\./.test(name))
          .sort()
          .map((name) => ({
            path: `${folder}/${name}`,
            text: readFileSync(join(root, folder, name), 'utf8'),
          }))
      : [],
  ));
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
