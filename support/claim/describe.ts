import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clusterCapabilities } from '../broker/broker.ts';
import { extensions } from '../broker/extensions.ts';
import { UsageError } from '../errors.ts';
import { baseOf, root } from '../project.ts';
import type { Claim } from './declaration.ts';
import { lineOfClaim } from './places.ts';
import { scopesOf } from './queue-types.ts';
import { regressionsOf } from './regression.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';

/** Area and slug, in lower-case words joined by hyphens. */
export const idPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The ending of the files whose specs disturb the whole broker, and so run apart from all others. */
export const apartEnding = '.apart.spec.ts';

/** The ending of the files whose specs run on a cluster, apart from those of the daily run. */
export const clusterEnding = '.cluster.spec.ts';

/** What disturbs everybody who uses the broker. */
const disturbing = ['restart', 'kill', 'upgrade'] as const;

/**
 * Checks what an author says of a claim, and completes it by what its file says.
 *
 * @param file path of the spec file from the folder in which that of the claims lies: `specs/consuming/dispatch.spec.ts`
 * @param options `isWritten`: whether its story is written; one that is not need not name mutants yet
 * @throws UsageError when the id is malformed, the folder is another, no documentation is linked …
 */
export function describeClaim(
  id: string,
  about: Claim,
  file: string,
  { isWritten = true } = {},
): ClaimDescription {
  const wrong = (problem: string, cure: string) => new UsageError(`${placeOf(id, file)}: ${problem}`, cure);
  if (!idPattern.test(id))
    throw wrong(`"${id}" is not a claim id.`, 'Use area and slug in lower case: consuming/round-robin.');

  const area = id.slice(0, id.indexOf('/'));
  const [specs] = file.includes('/') ? file.split('/', 1) : ['specs'];
  const folder = `${specs}/${area}/`;
  if (!file.startsWith(folder))
    throw wrong(`the claim ${id} belongs in ${folder}.`, 'Move it there, or change its area.');

  if ((about.says ?? '').trim() === '')
    throw wrong(`the claim ${id} says nothing.`, 'Give the behaviour as one sentence in `says`.');

  if ((about.documented ?? []).length === 0 || about.documented.some(({ url }) => url.endsWith('/'))) {
    throw wrong(
      `the claim ${id} links no documentation.`,
      "Name in `documented` where the behaviour is documented: [docs('queues#names')].",
    );
  }
  const missing = (about.refutedBy ?? []).findIndex((mutant) => mutant?.name === undefined);
  if (missing >= 0) {
    throw wrong(
      `the claim ${id} is refuted by a mutant that does not exist, number ${missing + 1} in \`refutedBy\`.`,
      'Name one of support/mutants/library, or add it there.',
    );
  }
  if (isWritten && (about.refutedBy ?? []).length === 0 && about.irrefutable === undefined) {
    throw wrong(
      `the claim ${id} names no mutant, so nobody can see its spec fail.`,
      'Name in `refutedBy` the broken brokers that it must tell from a right one, or say why there are none in `irrefutable`.',
    );
  }
  const unknown = (about.extensions ?? []).find((name) => !extensions.includes(name));
  if (unknown !== undefined) {
    throw wrong(
      `the claim ${id} speaks of ${unknown as string}, which is no extension that is known here.`,
      `Write one of ${extensions.join(', ')}.`,
    );
  }
  if (about.succeeds !== undefined && about.appliesTo === undefined) {
    throw wrong(
      `the claim ${id} succeeds ${about.succeeds}, but applies to every broker.`,
      'Say in `appliesTo` from which version on it takes the place of the other.',
    );
  }
  const needs = about.needs ?? [];
  const apart = file.endsWith(apartEnding);
  const disturbs = disturbing.find((capability) => needs.includes(capability));
  if (disturbs !== undefined && !apart) {
    throw wrong(
      `the claim ${id} needs ${disturbs}, which disturbs every other spec.`,
      `Put it into a file that ends in ${apartEnding}.`,
    );
  }
  const ofCluster = clusterCapabilities.find((capability) => needs.includes(capability));
  if (file.endsWith(clusterEnding) ? !needs.includes('cluster') : ofCluster !== undefined) {
    throw wrong(
      `the claim ${id} ${ofCluster === undefined ? 'does not need a cluster' : `needs ${ofCluster}`}.`,
      `Claims that need \`cluster\`, and those alone, stand in files that end in ${clusterEnding}.`,
    );
  }
  return {
    id,
    area,
    topic: topicOf(file),
    file,
    says: about.says,
    documented: about.documented,
    tags: about.tags ?? [],
    needs,
    refutedBy: (about.refutedBy ?? []).map(({ name, says }) => ({ name, says })),
    ...(about.irrefutable === undefined ? {} : { irrefutable: about.irrefutable }),
    ...(about.appliesTo === undefined ? {} : { appliesTo: about.appliesTo }),
    ...(about.succeeds === undefined ? {} : { succeeds: about.succeeds }),
    extensions: about.extensions ?? [],
    queueTypes: scopesOf(id, about.queueTypes),
    regressions: regressionsOf(id, about.regressions, about.refutedBy),
  };
}

/** Where a claim is declared: its file and, if that can be read, the line. */
function placeOf(id: string, file: string): string {
  const path = join(baseOf(root), file);
  const line = existsSync(path) ? lineOfClaim(readFileSync(path, 'utf8'), id) : undefined;
  return line === undefined ? file : `${file}:${line}`;
}

/** `specs/consuming/fair-dispatch.spec.ts` is about "Fair dispatch". */
function topicOf(file: string): string {
  const words = basename(file)
    .replace(apartEnding, '')
    .replace(clusterEnding, '')
    .replace('.spec.ts', '')
    .replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
