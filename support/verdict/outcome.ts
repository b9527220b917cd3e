import 'vitest';

import type { Capability } from '../broker/broker.ts';
import type { Extension } from '../broker/extensions.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { Watched } from '../mutants/watching.ts';
import type { Trial } from './trial.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from './verdict.ts';

/** Where a claim is documented. */
export interface DocumentationLink {
  /** `RabbitMQ: Consumers, Fetching Individual Messages` */
  title: string;
  url: string;
}

/** What a claim says of a type of queues. */
export interface QueueTypeScope {
  queueType: QueueType;
  /** Products and version ranges in which it speaks of it; absent: all; none: it does not speak of it at all. */
  appliesTo?: Record<string, string>;
  /** Why only there, or not at all. */
  because?: string;
  /** Where that is documented. */
  documented?: DocumentationLink;
}

/** A bug that released brokers had in public, and that refutes the claim which names it. */
export interface Regression {
  /** Where it was reported. */
  report: string;
  /** Products and the semver ranges that had it, as far as is known. */
  affected: Record<string, string>;
  /** What happened, in half a sentence. */
  happened: string;
  /** How the spec was seen to fail by it: on a release, by the mutant of this name, or not at all, for a reason. */
  seen: { on: string } | { by: string } | { not: string };
}

/** What a claim says of itself; plain data, known at collection, before any broker runs. */
export interface ClaimDescription {
  /** `consuming/round-robin` */
  id: string;
  /** First part of the id, the folder under `specs/`: `consuming`. */
  area: string;
  /** The file's name, in words: `Dispatch`. */
  topic: string;
  /** Path from the project's root: `specs/consuming/dispatch.spec.ts`. */
  file: string;
  says: string;
  documented: DocumentationLink[];
  /** Tutorials and source documents to which it belongs. */
  tags: string[];
  needs: Capability[];
  /** What turns it red: the mutants that it declares. */
  refutedBy: { name: string; says: string }[];
  /** Why no mutant can refute it. */
  irrefutable?: string;
  /** Products and version ranges it speaks of (semver ranges); absent: every AMQP 0-9-1 broker. */
  appliesTo?: Record<string, string>;
  /** The id of the claim of earlier versions whose place it takes. */
  succeeds?: string;
  /** Extensions of AMQP 0-9-1 that it speaks of. */
  extensions: Extension[];
  /** What it says of queue types, in the order of their names; none: it is not about queues of a type under test. */
  queueTypes: QueueTypeScope[];
  /** The bugs that would have refuted it. */
  regressions: Regression[];
}

/** An error as the report shows it. */
export interface ReportedError {
  name: string;
  message: string;
  stack?: string;
  expected?: string;
  actual?: string;
}

/** What one run of one spec gave; plain data. */
export interface ClaimOutcome {
  /** The type of the queues with which it ran; absent where the claim, or the broker, knows none. */
  queueType?: QueueType;
  verdict: Verdict;
  /** Why, for every verdict but proven and holds. */
  reason?: string;
  /** All errors, soft ones too. */
  errors: ReportedError[];
  /** Absent where the spec did not start. */
  evidence?: Evidence;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Set at collection. */
    claim?: ClaimDescription;
    /** Set at collection: the type of queues with which the spec is to run. */
    queueType?: QueueType;
    /** Set where the broker has no queue types, so that the spec ran once already. */
    superfluous?: true;
    /** Set when the spec ended. */
    outcome?: ClaimOutcome;
    /** Set at collection, where the spec is tried against a mutant. */
    trial?: Trial;
    /** Set when such a trial ended: how often the mutant changed something. */
    fired?: number;
    /** What there was in such a trial for the mutants of others to do, if they looked on. */
    watched?: Watched;
    /** Why the mutant of the trial does not apply to the broker, if so. */
    exception?: string;
  }
}
