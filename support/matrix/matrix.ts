import { z } from 'zod';
import { queueTypes } from '../broker/queue-type.ts';
import { queueTypeScopeSchema, regressionSchema } from '../report/results.ts';
import { verdictNames } from '../verdict/style.ts';

/** A broker of the comparison: a column of its tables. */
const columnSchema = z.object({
  /** Unique, and good for a file's name and the fragment of an address: `rabbitmq-4.3.6`. */
  id: z.string(),
  /** For people: `RabbitMQ 4.3.6`. */
  title: z.string(),
  /** What was asked for: an image, the address of a running broker (without password), a file. */
  source: z.string(),
  product: z.string().optional(),
  version: z.string().optional(),
  provider: z.string().optional(),
  /** The file of the profile that speaks of it; absent: a product of which nothing is known beforehand. */
  profile: z.string().optional(),
  /** How a claim is run again on it: a command that lacks the claim's id alone. Secrets are variables. */
  rerun: z.string().optional(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** Why there are no results, or not all: the broker could not start, died, or hung. */
  failure: z.string().optional(),
  /** From which release to which it was upgraded in place during the run, and what else that changed. */
  upgraded: z
    .object({ from: z.string(), to: z.string(), changes: z.array(z.string()).readonly() })
    .optional(),
  /** Where the broker contradicts its profile, a sentence each. */
  findings: z.array(z.string()).default([]),
  /** Wrong use or a broken set-up, as text for people. */
  problems: z.array(z.string()).default([]),
  /** How many claims were not tried since the run was interrupted. */
  notRun: z.int().nonnegative().default(0),
});

/** What one broker showed of one claim, with one type of queues where the claim has several. */
const outcomeSchema = z.object({
  verdict: z.enum(verdictNames),
  /** Why, for every verdict but proven and holds. */
  reason: z.string().optional(),
  /** Milliseconds. */
  duration: z.number(),
  /** The messages of all errors. */
  errors: z.array(z.string()),
  /** When its spec was last seen to fail as it must, in ISO 8601; absent: nobody has seen it, or it is outdated. */
  provenAt: z.string().optional(),
  /** That it was proven before, and what has changed since: a sentence. */
  outdated: z.string().optional(),
});

/** What one broker showed of one claim: the worst of its outcomes. */
const cellSchema = outcomeSchema.extend({
  /** By the types of queues, in their order; absent where the claim, or the broker, knows none. */
  outcomes: z.partialRecord(z.enum(queueTypes), outcomeSchema).optional(),
});

const rowSchema = z.object({
  id: z.string(),
  area: z.string(),
  topic: z.string(),
  /** Path from the project's root. */
  file: z.string(),
  says: z.string(),
  documented: z.array(z.object({ title: z.string(), url: z.string() })),
  tags: z.array(z.string()),
  /** Capabilities. */
  needs: z.array(z.string()),
  /** The mutants that it declares. */
  refutedBy: z.array(z.object({ name: z.string(), says: z.string() })),
  /** Why no mutant can refute it. */
  irrefutable: z.string().optional(),
  /** The id of the claim of earlier versions whose place it takes. */
  succeeds: z.string().optional(),
  /** Of which queue types it speaks, and of which it does not, for which reason. */
  queueTypes: z.array(queueTypeScopeSchema),
  /** The bugs of released brokers that would have refuted it. */
  regressions: z.array(regressionSchema),
  /** By the id of the column; a column that knows nothing of the claim is absent. */
  cells: z.record(z.string(), cellSchema),
});

/** Results of several brokers side by side, as `matrix.json` holds them. */
export const matrixSchema = z.object({
  schemaVersion: z.literal(1),
  madeAt: z.iso.datetime(),
  columns: z.array(columnSchema),
  /** In the order of the areas and topics of the suite. */
  rows: z.array(rowSchema),
});

export type Matrix = z.infer<typeof matrixSchema>;
export type MatrixColumn = z.infer<typeof columnSchema>;
export type MatrixRow = z.infer<typeof rowSchema>;
export type MatrixCell = z.infer<typeof cellSchema>;
export type MatrixOutcome = z.infer<typeof outcomeSchema>;
