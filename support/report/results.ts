import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { providerNames } from '../broker/broker.ts';
import type { ProfiledBroker } from '../broker/profile.ts';
import type { Excluded } from '../claim/excluded.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { UsageError } from '../errors.ts';
import { queueTypes } from '../broker/queue-type.ts';
import { type Changes, changesSchema } from './changes.ts';
import { byClaim } from './claim-outcomes.ts';
import type { ClaimResult } from './claim-result.ts';
import { verdictNames } from '../verdict/style.ts';
import { root } from '../project.ts';
import { type ProvenTrial, trialResults, type TrialResult } from '../verdict/trial.ts';
import { rerunStart } from './rerun.ts';

const errorSchema = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
});

const trialSchema = z.object({
  mutant: z.string(),
  /** Completes "A broker that …". */
  says: z.string(),
  result: z.enum(Object.keys(trialResults) as [TrialResult, ...TrialResult[]]),
  /** What the spec said when it failed: the first lines. */
  message: z.string().optional(),
});
export type Trial = z.infer<typeof trialSchema>;

/** What a claim says of a type of queues beforehand. */
export const queueTypeScopeSchema = z.object({
  queueType: z.enum(queueTypes),
  /** Products and version ranges in which it speaks of it; absent: all; none: it does not speak of it at all. */
  appliesTo: z.record(z.string(), z.string()).optional(),
  because: z.string().optional(),
  documented: z.object({ title: z.string(), url: z.string() }).optional(),
});

/** A bug that released brokers had, and that refutes the claim. */
export const regressionSchema = z.object({
  report: z.string(),
  affected: z.record(z.string(), z.string()),
  happened: z.string(),
  seen: z.union([z.object({ on: z.string() }), z.object({ by: z.string() }), z.object({ not: z.string() })]),
});

/** What was seen with one type of queues. */
const outcomeSchema = z.object({
  queueType: z.enum(queueTypes),
  verdict: z.enum(verdictNames),
  reason: z.string().optional(),
  /** Milliseconds. */
  duration: z.number(),
  errors: z.array(errorSchema),
  trials: z.array(trialSchema),
  provenAt: z.string().optional(),
  outdated: z.string().optional(),
});

const claimSchema = z.object({
  id: z.string(),
  area: z.string(),
  topic: z.string(),
  /** Path from the project's root. */
  file: z.string(),
  says: z.string(),
  /** The worst of its outcomes, as is all that follows. */
  verdict: z.enum(verdictNames),
  /** Why, for every verdict but proven and holds. */
  reason: z.string().optional(),
  /** Milliseconds, of all outcomes. */
  duration: z.number(),
  documented: z.array(z.object({ title: z.string(), url: z.string() })),
  tags: z.array(z.string()),
  /** Capabilities without which it is not testable. */
  needs: z.array(z.string()).default([]),
  /** The mutants that it declares. */
  refutedBy: z.array(z.object({ name: z.string(), says: z.string() })).default([]),
  /** The id of the claim of earlier versions whose place it takes. */
  succeeds: z.string().optional(),
  errors: z.array(errorSchema),
  /** What the spec was tried against when it was last proven, and what that showed. */
  trials: z.array(trialSchema).default([]),
  /** When that showed that the spec can fail, and only when it should: a date or a moment, in ISO 8601. */
  provenAt: z.string().optional(),
  /** That it was proven before, and what has changed since: a sentence. */
  outdated: z.string().optional(),
  /** Why no mutant can refute it. */
  irrefutable: z.string().optional(),
  /** Of which queue types it speaks; none: it is not about queues of a type under test. */
  queueTypes: z.array(queueTypeScopeSchema).default([]),
  /** The bugs that would have refuted it. */
  regressions: z.array(regressionSchema).default([]),
  /** One for each type of queues with which its spec ran; none where the claim, or the broker, knows no types. */
  outcomes: z.array(outcomeSchema).default([]),
});

/** The file `results.json`: the outcome of one run, for programs. `schemaVersion` grows with each incompatible change. */
const resultsSchema = z.object({
  schemaVersion: z.literal(1),
  /** Absent when no broker was started. */
  broker: z
    .object({
      title: z.string(),
      product: z.string(),
      version: z.string(),
      provider: z.enum(providerNames),
      /** The file of the profile that speaks of it; absent: a product of which nothing is known beforehand. */
      profile: z.string().optional(),
      /** From which release to which it was upgraded in place during the run, and what else that changed. */
      upgraded: z
        .object({ from: z.string(), to: z.string(), changes: z.array(z.string()).readonly() })
        .optional(),
      /** How it was chosen: variables of the environment, without secrets. */
      environment: z.record(z.string(), z.string()).default({}),
      /** How a claim is run again on it: a command that lacks the claim's id alone. */
      rerun: z.string().optional(),
      /** Where it contradicts its profile. */
      findings: z
        .array(z.object({ about: z.enum(['capabilities', 'configuration']), says: z.string() }))
        .default([]),
    })
    .optional(),
  versions: z.object({ brokerproof: z.string(), node: z.string() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Of a run that was one part of several: `1/2`. */
  shard: z.string().optional(),
  /** True when the run was ended before all specs had run. */
  interrupted: z.boolean(),
  /** Claims whose specs were not started because the run was interrupted. */
  notRun: z.int().nonnegative(),
  /** Wrong use or a broken set-up. */
  problems: z.array(z.string()),
  exitCode: z.int(),
  counts: z.record(z.enum(verdictNames), z.int().nonnegative()),
  claims: z.array(claimSchema),
  /** Documented behaviours of which no claim speaks, and why. */
  excluded: z.array(z.object({ id: z.string(), says: z.string(), because: z.string() })).default([]),
  /** What has changed since an earlier run, where one was named. */
  changes: changesSchema.optional(),
});
export type Results = z.infer<typeof resultsSchema>;

/** The version of this project. */
export const { version: ownVersion } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** What reports tell of the broker under test. */
export type ReportedBroker = Pick<
  ProfiledBroker,
  'title' | 'product' | 'version' | 'provider' | 'profile' | 'findings' | 'environment' | 'upgraded'
>;

/** What a run adds to the results of its claims. */
export interface RunFacts {
  broker: ReportedBroker | undefined;
  shard?: string | undefined;
  startedAt: Date;
  endedAt: Date;
  interrupted: boolean;
  notRun: number;
  problems: readonly string[];
  exitCode: number;
  excluded: readonly Excluded[];
  /** Since an earlier run, where one was named. */
  changes?: Changes;
}

/** How many claims have each verdict. */
export function countsOf(claims: readonly { verdict: Verdict }[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    proven: 0,
    holds: 0,
    violated: 0,
    deviates: 0,
    'not applicable': 0,
    'not testable': 0,
    'could not run': 0,
  };
  for (const { verdict } of claims) counts[verdict] += 1;
  return counts;
}

/** The outcome of a run as plain data, claims in the order of their ids. */
export function resultsOf(run: RunFacts, results: readonly ClaimResult[]): Results {
  const told = byClaim(results);
  return resultsSchema.parse({
    schemaVersion: 1,
    broker: run.broker && { ...run.broker, rerun: rerunStart(run.broker) },
    versions: { brokerproof: ownVersion, node: process.versions.node },
    startedAt: run.startedAt.toISOString(),
    endedAt: run.endedAt.toISOString(),
    shard: run.shard,
    interrupted: run.interrupted,
    notRun: run.notRun,
    problems: run.problems,
    exitCode: run.exitCode,
    counts: countsOf(told),
    claims: told
      .map(({ claim, verdict, reason, outcomes, worst: { errors, trials, provenAt, outdated } }) => ({
        ...claim,
        verdict,
        reason,
        duration: tenths(outcomes.reduce((sum, { duration }) => sum + duration, 0)),
        errors,
        trials: trials.map(shortened),
        provenAt,
        outdated,
        outcomes: outcomes
          .filter(({ queueType }) => queueType !== undefined)
          .map((outcome) => ({
            ...outcome,
            duration: tenths(outcome.duration),
            trials: outcome.trials.map(shortened),
          })),
      }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    excluded: [...run.excluded],
    changes: run.changes,
  } satisfies Record<keyof Results, unknown>);
}

/** More lines of a message are of no use to a reader, and there are thousands of trials. */
const mostLines = 12;

function shortened({ message, ...trial }: ProvenTrial): Trial {
  return message === undefined
    ? trial
    : { ...trial, message: message.split('\n').slice(0, mostLines).join('\n') };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

export function writeResults(file: string, results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/**
 * Reads a file that `writeResults` wrote.
 *
 * @throws UsageError when there is none, or it is of another version
 */
export function readResults(file: string): Results {
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new UsageError(
      `${file} does not hold the results of a run: ${why}`,
      'Run the claims again to write it anew.',
      {
        cause: error,
      },
    );
  }
}
