import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test, type TestContext } from 'vitest';
import type { Capability } from '../broker/broker.ts';
import type { Extension } from '../broker/extensions.ts';
import { UsageError } from '../errors.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { type ProofPlan, trialsOf } from '../trials/planned.ts';
import { describeClaim } from './describe.ts';
import type { DocumentationLink } from '../verdict/outcome.ts';
import { run, tryAgainst } from './run.ts';
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
  /**
   * The products and versions that it speaks of, as semver ranges: `{ rabbitmq: '<4.3' }` for RabbitMQ alone,
   * `{ rabbitmq: '<4.3', '*': '*' }` for all others too. Absent: every broker.
   */
  appliesTo?: Record<string, string>;
  /** Extensions of AMQP 0-9-1 that it speaks of: it applies to brokers that have them all. Default: none. */
  extensions?: Extension[];
  /** The broken brokers that the spec must tell from a right one. */
  refutedBy?: readonly Mutant[];
  /** Why no broker that a proxy could break would refute the claim; instead of `refutedBy`. */
  irrefutable?: string;
  /**
   * How long the spec may take by itself before the harness gives it up, in milliseconds: without restarts and
   * `rabbitmqctl`. Default 30,000.
   */
  within?: number;
}

/** The executable proof of a claim: arrange, act, assert. */
export type Spec = (stage: Stage) => Promise<void>;

/** The project's root. */
const root = fileURLToPath(new URL('../..', import.meta.url));

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
  // The runner's own limit comes second: the harness's tells more, and leaves out what the harness does itself
  const timeout = within + 600_000;
  const plan = inject('proofPlan');
  if (plan === undefined) {
    const meta = { claim: description };
    test.concurrent(`${id}: ${about.says}`, { meta, timeout }, (context: TestContext) =>
      run(description, spec, context, within),
    );
    return;
  }
  for (const trial of trialsOf(id, about, plan)) {
    const { mutant, kind } = trial;
    const { name, says, widely } = mutant;
    const meta = {
      claim: description,
      trial: { kind, mutant: { name, says, ...(widely === undefined ? {} : { widely }) } },
    };
    test.concurrent(`${id}: against ${name}`, { meta, timeout }, (context: TestContext) =>
      tryAgainst(trial, description, spec, context, within),
    );
  }
}

const claimsOfFile = new Map<string, Set<string>>();

declare module 'vitest' {
  interface ProvidedContext {
    /** Given when the specs are to be proven falsifiable. */
    proofPlan?: ProofPlan;
  }
}
