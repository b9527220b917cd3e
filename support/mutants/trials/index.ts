import * as library from '../library/index.ts';
import type { Mutant } from '../mutant.ts';
import { bindings } from './bindings.ts';
import { confirms } from './confirms.ts';
import { connecting, managing } from './connecting.ts';
import { consumers } from './consumers.ts';
import { consuming } from './consuming.ts';
import { declarations } from './declarations.ts';
import { deletions } from './deletions.ts';
import { eccentricities } from './eccentricities.ts';
import { lifetimes } from './lifetimes.ts';
import { prefetch } from './prefetch.ts';
import { names } from './names.ts';
import { publishing } from './publishing.ts';
import { queues } from './queues.ts';
import { routing } from './routing.ts';
import type { Trial } from './trial.ts';

export const trials: readonly Trial[] = [
  ...bindings,
  ...confirms,
  ...connecting,
  ...consumers,
  ...consuming,
  ...declarations,
  ...deletions,
  ...eccentricities,
  ...lifetimes,
  ...managing,
  ...prefetch,
  ...names,
  ...publishing,
  ...queues,
  ...routing,
];

/** The mutants of the library; of those that need a further argument, the ones that have a trial. */
export const every: readonly Mutant[] = [
  ...new Map(
    [
      ...Object.values<unknown>(library).filter(isMutant),
      ...trials.flatMap(({ wrong }) => wrong.map(([mutant]) => mutant)),
    ].map((mutant) => [mutant.name, mutant]),
  ).values(),
];

function isMutant(value: unknown): value is Mutant {
  return typeof value === 'object' && value !== null && 'begin' in value;
}
