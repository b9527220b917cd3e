import { relative } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, type TestContext } from 'vitest';
import { brokerOfRun } from '../broker/under-test/client.ts';
import { UsageError } from '../errors.ts';
import { baseOf, root } from '../project.ts';
import { type ProofPlan, trialsOf } from '../trials/planned.ts';
import { clusterEnding, describeClaim } from './describe.ts';
import { removeLeavings } from './leavings.ts';
import { makeWhole } from './make-whole.ts';
import { fileBeingRead } from './read-claims.ts';
import { unwritten } from './unwritten.ts';
import { run, tryAgainst } from './run.ts';
import type { Claim, Spec } from './declaration.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { typesToRun } from './queue-types.ts';

/**
 * Declares a claim, with the spec that proves it.
 *
 * @param id area and slug, never changed once released: `consuming/round-robin`
 * @throws UsageError at collection, when the id or the documentation is not as it must be
 */
export function claim(id: string, about: Claim, spec: Spec): void {
  const reading = fileBeingRead();
  const file = reading?.file ?? relative(baseOf(root), expect.getState().testPath ?? '');
  const description = describeClaim(id, about, file, { isWritten: spec !== unwritten });
  const seen = claimsOfFile.get(file) ?? new Set<string>();
  const isFirst = seen.size === 0;
  claimsOfFile.set(file, seen);
  if (seen.has(id))
    throw new UsageError(`The claim ${id} is declared twice in ${file}.`, 'Give each its own id.');
  seen.add(id);
  if (reading !== undefined) {
    reading.claims.push(description);
    return;
  }
  if (isFirst) {
    // Spec files are loaded while the broker starts. No limit of time: a provider has its own, or is to fetch an image
    beforeAll(async () => {
      await brokerOfRun(inject('brokerServer')).foreknowledge();
    }, 0);
    // What can't be taken away is gone with the broker, or taken away when the run ends
    afterAll(async () => {
      const broker = brokerOfRun(inject('brokerServer'));
      if (file.endsWith(clusterEnding)) await makeWhole(broker);
      await removeLeavings(broker).catch(() => undefined);
    }, farewellMs);
  }
  const within = about.within ?? 30_000;
  // The runner's own limit comes second: the harness's tells more, and leaves out what the harness does itself
  const timeout = within + 600_000;
  const plan = inject('proofPlan');
  const types = typesToRun(description.queueTypes);
  for (const queueType of types.length === 0 ? [undefined] : types) {
    const outcome = outcomeName(id, queueType);
    const tested = { claim: description, ...(queueType === undefined ? {} : { queueType }) };
    if (plan === undefined) {
      test.concurrent(`${outcome}: ${about.says}`, { meta: tested, timeout }, (context: TestContext) =>
        run(description, spec, context, within),
      );
      continue;
    }
    for (const trial of trialsOf(outcome, about, plan)) {
      const { mutant, kind } = trial;
      const { name, says, widely } = mutant;
      const meta = {
        ...tested,
        trial: { kind, mutant: { name, says, ...(widely === undefined ? {} : { widely }) } },
      };
      test.concurrent(`${outcome}: against ${name}`, { meta, timeout }, (context: TestContext) =>
        tryAgainst(trial, description, spec, context, within),
      );
    }
  }
}

/** Longest time in which what specs leave is taken away, in milliseconds: a cluster may have to be made anew. */
const farewellMs = 240_000;

const claimsOfFile = new Map<string, Set<string>>();

declare module 'vitest' {
  interface ProvidedContext {
    /** Given when the specs are to be proven falsifiable. */
    proofPlan?: ProofPlan;
  }
}
