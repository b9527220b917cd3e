import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { QueueType } from '../broker/queue-type.ts';
import { messageOf, UsageError } from '../errors.ts';
import { hasOwnSpecs, specsOf } from '../project.ts';
import { notClassic, notQuorum, type QueueTypeException, scopesOf, typesToRun } from './queue-types.ts';

/** A claim's place in the specs, as found by reading them. */
export interface ClaimPlace {
  id: string;
  /** Path from the project's root; of somebody's own claims, from the folder in which theirs lies. */
  file: string;
  /** With which types of queues its spec runs; none: it is not about queues of a type under test. */
  queueTypes: QueueType[];
}

/** An id is always written out as the first argument of `claim`. */
const declaration = /\bclaim\(\s*'(?<id>[^']*)'/g;

/**
 * Reads which claims there are, without running anything.
 *
 * @param project its root
 * @throws UsageError when two claims have the same id, or the folder of claims can't be read
 */
export function claimsIn(project: string): ClaimPlace[] {
  return claimsUnder(specsOf(project));
}

/**
 * The ids of all claims of which a profile may speak: those of the project, and somebody's own.
 *
 * @throws UsageError as `claimsIn`
 */
export function knownClaims(project: string): Set<string> {
  const folders = [join(project, 'specs'), ...(hasOwnSpecs(project) ? [specsOf(project)] : [])];
  return new Set(folders.flatMap(claimsUnder).map(({ id }) => id));
}

function claimsUnder(specs: string): ClaimPlace[] {
  const places = filesUnder(specs)
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(specs, file), 'utf8');
      const declared = [...text.matchAll(declaration)];
      return declared.map(({ groups, index }, place) => ({
        id: groups?.['id'] ?? '',
        file: `${basename(specs)}/${file}`,
        queueTypes: queueTypesIn(text.slice(index, declared[place + 1]?.index)),
      }));
    });
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

function filesUnder(specs: string): string[] {
  try {
    return readdirSync(specs, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such folder', ENOTDIR: 'it is not a folder' }[code ?? ''];
    throw new UsageError(
      `The claims in ${specs} can't be read: ${why ?? messageOf(error)}.`,
      'Name a folder of claims: a folder for each area, with files that end in .spec.ts.',
      { cause: error },
    );
  }
}

/** In which line of a spec file a claim is declared, counted from 1; `undefined` where its id is not written out. */
export function lineOfClaim(text: string, id: string): number | undefined {
  const declared = [...text.matchAll(declaration)].find(({ groups }) => groups?.['id'] === id);
  return declared === undefined ? undefined : text.slice(0, declared.index).split('\n').length;
}

/** As specs write it; what else they may write is seen when they are loaded. */
const exceptions = {
  classic: { all: notClassic, named: /\bclassic: notClassic\.(?<name>\w+)/ },
  quorum: { all: notQuorum, named: /\bquorum: notQuorum\.(?<name>\w+)/ },
} as const;

function queueTypesIn(declared: string): QueueType[] {
  if (declared.includes("queueTypes: 'unvaried'")) return [];
  const about: Partial<Record<QueueType, true | QueueTypeException>> = {};
  for (const [queueType, { all, named }] of Object.entries(exceptions)) {
    const known: Partial<Record<string, QueueTypeException>> = all;
    const exception = known[named.exec(declared)?.groups?.['name'] ?? ''];
    if (exception !== undefined) about[queueType as QueueType] = exception;
  }
  if (/\bstream: true\b/.test(declared)) about.stream = true;
  return typesToRun(scopesOf('', about));
}
