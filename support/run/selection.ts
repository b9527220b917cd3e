import { distance } from 'fastest-levenshtein';
import { join } from 'node:path';
import { clusterEnding } from '../claim/describe.ts';
import { type ClaimPlace, claimsIn } from '../claim/places.ts';
import { queueTypes } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';
import { asTyped, baseOf, root, specsOf } from '../project.ts';
import { isAskedFor } from './asked-for.ts';
import { filesOfShard } from './shard.ts';

/** The projects of vitest in which specs run: beside each other, apart from all others, or on a cluster. */
export const projects = { together: 'together', apart: 'apart', cluster: 'cluster' } as const;

/** What vitest is told to run. */
interface Selection {
  /** Whether it runs on a cluster; no run is of both kinds. */
  cluster: boolean;
  /** The names of the projects that run. */
  project: string[];
  /** Whole paths of files and folders; none: all. */
  files: string[];
  /** Absent: everything in these files. */
  testNamePattern?: RegExp;
}

/**
 * What to run for the names that a user gave. What stands in files of its own for clusters runs only if that is asked
 * for, or nothing else is named.
 *
 * @param names areas, claim ids, or spec files; none: everything
 * @param options `queueType`: with queues of this type alone; `shard`: of all that a part alone, `1/2`; `cluster`: what
 *   runs on a cluster, and that alone; `either`: both, for who runs nothing
 * @throws UsageError for a name that is none of these, an unknown queue type, a part that is none or empty, or claims of
 *   both kinds
 */
export function selectionOf(
  names: readonly string[],
  {
    queueType,
    shard,
    cluster: asked = false,
    folder = root,
  }: {
    queueType?: string | undefined;
    shard?: string | undefined;
    cluster?: boolean | 'either' | undefined;
    folder?: string;
  } = {},
): Selection {
  if (queueType !== undefined && !queueTypes.some((known) => known === queueType))
    throw new UsageError(`There is no queue type "${queueType}".`, `Write one of ${queueTypes.join(', ')}.`);

  const type = queueType === undefined ? String.raw`(?: \(\w+\))?` : String.raw` \(${queueType}\)`;
  const all = claimsIn(folder);
  const isNamed = ({ id, file }: ClaimPlace) => names.some((name) => [id, file, areaOf(id)].includes(name));
  const named = all.filter(isNamed);
  const cluster =
    asked === true || (named.length > 0 && named.every(({ file }) => file.endsWith(clusterEnding)));
  const claims =
    asked === 'either' ? all : all.filter(({ file }) => file.endsWith(clusterEnding) === cluster);
  const areas = new Set(claims.map(({ id }) => areaOf(id)));
  const files = new Set<string>();
  const tests: string[] = [];
  for (const name of names) {
    const claim = claims.find(({ id }) => id === name);
    if (claim !== undefined) {
      files.add(join(baseOf(folder), claim.file));
      tests.push(`${name}${type}: `);
    } else if (areas.has(name)) {
      files.add(`${join(specsOf(folder), name)}/`);
      tests.push(`${name}/[^ :]+${type}: `);
    } else if (claims.some(({ file }) => file === name)) {
      files.add(join(baseOf(folder), name));
      tests.push(...claims.filter(({ file }) => file === name).map(({ id }) => `${id}${type}: `));
    } else {
      if (named.some(({ id, file }) => [id, file, areaOf(id)].includes(name))) {
        throw new UsageError(
          cluster ? `${name} is not about clusters.` : `${name} is about clusters, and others are named too.`,
          'Run what is about clusters, and what is not, one after the other.',
        );
      }
      const known = [...new Set([...areas, ...claims.flatMap(({ id, file }) => [id, file])])];
      throw new UsageError(
        `There is no area, claim or spec file "${name}". Nearest: ${nearest(name, known).join(', ')}.`,
        `${asTyped('claims')} lists all of them.`,
      );
    }
  }
  const pattern = tests.length > 0 ? `^(?:${tests.join('|')})` : queueType && `^[^ :]+${type}: `;
  const testNamePattern = pattern === undefined ? undefined : new RegExp(pattern);
  if (shard !== undefined) {
    const wholePath = ({ file }: ClaimPlace) => join(baseOf(folder), file);
    const chosen = claims.filter(
      (claim) =>
        isAskedFor(claim, testNamePattern) &&
        (files.size === 0 || [...files].some((path) => wholePath(claim).startsWith(path))),
    );
    const part = filesOfShard(chosen, shard);
    files.clear();
    for (const claim of chosen) if (part.has(claim.file)) files.add(wholePath(claim));
  }
  const project = cluster ? [projects.cluster] : [projects.together, projects.apart];
  return {
    files: [...files],
    cluster,
    project,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  };
}

function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function nearest(name: string, known: readonly string[]): string[] {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}
