import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueType } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';
import { notQuorum, type QueueTypeException, scopesOf, typesToRun } from './queue-types.ts';

/** A claim's place in the specs, as found by reading them. */
interface ClaimPlace {
  id: string;
  /** Path from the project's root. */
  file: string;
  /** With which types of queues its spec runs; none: it is not about queues of a type under test. */
  queueTypes: QueueType[];
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
    .flatMap((file) => {
      const text = readFileSync(join(folder, 'specs', file), 'utf8');
      const declared = [...text.matchAll(declaration)];
      return declared.map(({ groups, index }, place) => ({
        id: groups?.['id'] ?? '',
        file: `specs/${file}`,
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

/** In which line of a spec file a claim is declared, counted from 1; `undefined` where its id is not written out. */
export function lineOfClaim(text: string, id: string): number | undefined {
  const declared = [...text.matchAll(declaration)].find(({ groups }) => groups?.['id'] === id);
  return declared === undefined ? undefined : text.slice(0, declared.index).split('\n').length;
}

/** As specs write it; what else they may write is seen when they are loaded. */
const exceptionOfQuorum = /\bquorum: notQuorum\.(?<name>\w+)/;

function queueTypesIn(declared: string): QueueType[] {
  if (declared.includes("queueTypes: 'unvaried'")) return [];
  const known: Partial<Record<string, QueueTypeException>> = notQuorum;
  const quorum = known[exceptionOfQuorum.exec(declared)?.groups?.['name'] ?? ''] ?? true;
  return typesToRun(scopesOf('', { quorum, ...(/\bstream: true\b/.test(declared) ? { stream: true } : {}) }));
}
