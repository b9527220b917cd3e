import * as library from '../library/index.ts';
import type { Mutant } from '../mutant.ts';
import { access } from './access.test-support.ts';
import { bindings } from './bindings.test-support.ts';
import { channels } from './channels.test-support.ts';
import { clusters } from './clusters.test-support.ts';
import { confirms } from './confirms.test-support.ts';
import { connecting, managing } from './connecting.test-support.ts';
import { consumers } from './consumers.test-support.ts';
import { consuming } from './consuming.test-support.ts';
import { deadLetters } from './dead-letters.test-support.ts';
import { declarations } from './declarations.test-support.ts';
import { deletions } from './deletions.test-support.ts';
import { directReplies } from './direct-replies.test-support.ts';
import { eccentricities } from './eccentricities.test-support.ts';
import { beating, loggingIn, ofFrames } from './frames.test-support.ts';
import { lifetimes } from './lifetimes.test-support.ts';
import { limits } from './limits.test-support.ts';
import { minima } from './minima.test-support.ts';
import { prefetch } from './prefetch.test-support.ts';
import { names } from './names.test-support.ts';
import { poison } from './poison.test-support.ts';
import { publishing } from './publishing.test-support.ts';
import { queues } from './queues.test-support.ts';
import { routing } from './routing.test-support.ts';
import { transactions } from './transactions.test-support.ts';
import { streams } from './streams.test-support.ts';
import { virtualHosts } from './virtual-hosts.test-support.ts';
import type { Demonstration } from './demonstration.test-support.ts';

export const demonstrations: readonly Demonstration[] = [
  ...access,
  ...bindings,
  ...channels,
  ...clusters,
  ...confirms,
  ...connecting,
  ...loggingIn,
  ...beating,
  ...ofFrames,
  ...consumers,
  ...consuming,
  ...deadLetters,
  ...declarations,
  ...deletions,
  ...directReplies,
  ...eccentricities,
  ...lifetimes,
  ...limits,
  ...managing,
  ...minima,
  ...prefetch,
  ...names,
  ...poison,
  ...publishing,
  ...queues,
  ...routing,
  ...transactions,
  ...streams,
  ...virtualHosts,
];

/** The mutants of the library; of those that need a further argument, the ones that have a demonstration. */
export const every: readonly Mutant[] = [
  ...new Map(
    [
      ...Object.values<unknown>(library).filter(isMutant),
      ...demonstrations.flatMap(({ wrong }) => wrong.map(([mutant]) => mutant)),
    ].map((mutant) => [mutant.name, mutant]),
  ).values(),
];

function isMutant(value: unknown): value is Mutant {
  return typeof value === 'object' && value !== null && 'begin' in value;
}
