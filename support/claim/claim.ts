import { relative } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import type { Capability } from '../broker/broker.ts';
import { UsageError } from '../errors.ts';
import { describeClaim } from './describe.ts';
import type { DocumentationLink } from './result.ts';
import { run } from './run.ts';
import type { Stage } from './stage.ts';

/** What the author of a claim says of it. */
export interface Claim {
  /** The behaviour as one sentence, in our own words. */
  says: string;
  /** Where it is documented: at least one link. */
  documented: DocumentationLink[];
  /** Tutorials and source documents that it belongs to: `tutorial two`, `work queues`. */
  tags?: string[];
  /** What the spec needs beyond an AMQP connection; without it the claim is not testable here. */
  needs?: Capability[];
  /** The products and versions that it speaks of, as semver ranges: `{ rabbitmq: '<4.3' }`. Absent: every broker. */
  appliesTo?: Record<string, string>;
  /** How long the spec may take before the harness gives it up, in milliseconds. Default 30,000. */
  within?: number;
}

/** The executable proof of a claim: arrange, act, assert. */
export type Spec = (stage: Stage) => Promise<void>;

/** The project's root. */
const root = new URL('../..', import.meta.url).pathname;

/**
 * Declares a claim, with the spec that proves it.
 *
 * @param id area and slug, never changed once released: `consuming/round-robin`
 * @throws UsageError at collection, when the id or the documentation is not as it must be
 */
export function claim(id: string, about: Claim, spec: Spec): void {
  const file = relative(root, expect.getState().testPath ?? '');
  const description = describeClaim(id, about, file);
  const seen = claimsOfFile.get(file) ?? new Set<string>();
  claimsOfFile.set(file, seen);
  if (seen.has(id))
    throw new UsageError(`The claim ${id} is declared twice in ${file}.`, 'Give each its own id.');
  seen.add(id);
  const within = about.within ?? 30_000;
  test.concurrent(
    `${id}: ${about.says}`,
    // The runner's own limit comes second: the harness's tells more
    { meta: { claim: description }, timeout: within + 30_000 },
    (context: TestContext) => run(description, spec, context, within),
  );
}

const claimsOfFile = new Map<string, Set<string>>();
