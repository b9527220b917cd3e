import type { Capability } from '../broker/broker.ts';
import type { Extension } from '../broker/extensions.ts';
import type { Mutant } from '../mutants/mutant.ts';
import type { DocumentationLink } from '../verdict/outcome.ts';
import type { QueueTypes } from './queue-types.ts';
import type { KnownRegression } from './regression.ts';
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
  /**
   * The id of the claim that said before what it says now: one of other versions, about the same thing, whose
   * documentation has changed.
   */
  succeeds?: string;
  /** Extensions of AMQP 0-9-1 that it speaks of: it applies to brokers that have them all. Default: none. */
  extensions?: Extension[];
  /**
   * Of which types of queues it speaks; its spec runs with each of them. Default: classic and quorum. A type that is
   * left out has the reason, and where that is documented: `{ quorum: notQuorum.exclusive }`.
   */
  queueTypes?: QueueTypes;
  /** Bugs that released brokers had in public, and that refute it. Default: none is known. */
  regressions?: readonly KnownRegression[];
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
