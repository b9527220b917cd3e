import type { NodeName } from '../broker/broker.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { AmqpRule, FrameRule } from './rule.ts';
import type { ManagementRule } from './management/rule.ts';

/** A broker that is right in everything but one thing. */
export interface Mutant {
  /** `prefetch-ignored`: unique, for the kill matrix. */
  readonly name: string;
  /** One sentence for readers, that completes "A broker that …": `ignores the prefetch of its consumers`. */
  readonly says: string;
  /**
   * How it rewrites what clients and the broker say, and what the management API answers; with what it
   * remembers, made anew for each run of a proxy.
   */
  begin(): readonly Rule[];
  /** Brokers, and types of queues, that no proxy can make so. */
  readonly exceptions?: readonly MutantException[];
  /** The product as which it passes where RabbitMQ's texts are concerned; absent: as the one that it is. */
  readonly passesAs?: string;
  /** Why it kills specs of claims that it does not refute, as a sentence. */
  readonly widely?: string;
}

/** Brokers to which a mutant does not apply, or a type of queues of any broker. */
export interface MutantException {
  /** Semver ranges by product: `{ rabbitmq: '>=4.3' }`. */
  readonly brokers?: Readonly<Record<string, string>>;
  readonly queueType?: QueueType;
  /** Why, as a sentence. */
  readonly because: string;
}

export type Rule =
  | AmqpRule
  | FrameRule
  | ManagementRule
  | HeartbeatRule
  | EndRule
  | TlsRule
  | NodeRule
  | Witness;

/** The TLS listener is not as it should be. */
export interface TlsRule {
  readonly kind: 'tls';
  /**
   * It shows a certificate for the same name that another authority has signed, takes plain AMQP as well, takes clients
   * without the certificate that it is to demand, or with versions and ciphers that it is not to speak.
   */
  readonly wrong: 'authority' | 'plain accepted' | 'certificate not demanded' | 'settings ignored';
}

/** The heartbeats of one side never arrive. */
export interface HeartbeatRule {
  readonly kind: 'heartbeats withheld';
  readonly from: 'client' | 'broker';
}

/** Whoever connects to a node of a cluster is served by another one, so that what is done to the node concerns nobody. */
export interface NodeRule {
  readonly kind: 'served elsewhere';
  readonly node: NodeName;
  readonly by: NodeName;
}

/** That the broker ends a TCP connection never shows: it stays open, and nothing more comes. */
interface EndRule {
  readonly kind: 'ends withheld';
}

/** Changes nothing, and is told of what is not said by methods. */
export interface Witness {
  readonly kind: 'witness';
  readonly of:
    | 'heartbeat of the client'
    | 'heartbeat of the broker'
    | 'connection over TLS'
    | 'end of a connection by the broker'
    | `connection to node ${NodeName}`;
  /** Called for each of them. */
  saw(): void;
}

/**
 * @param says completes "A broker that …"
 * @param rules where several remember something together, a function that makes both
 */
export function mutant(name: string, says: string, ...rules: (Rule | Mutant['begin'])[]): Mutant {
  return { name, says, begin: () => rules.flatMap((rule) => (typeof rule === 'function' ? rule() : rule)) };
}

/**
 * The same mutant, which does not apply to some brokers.
 *
 * @param brokers semver ranges by product
 * @param because why, as a sentence
 */
export function notFor(brokers: Readonly<Record<string, string>>, because: string, mutated: Mutant): Mutant {
  return { ...mutated, exceptions: [...(mutated.exceptions ?? []), { brokers, because }] };
}

/**
 * The same mutant, which does not apply to queues of a type.
 *
 * @param because why, as a sentence
 */
export function notForQueues(queueType: QueueType, because: string, mutated: Mutant): Mutant {
  return { ...mutated, exceptions: [...(mutated.exceptions ?? []), { queueType, because }] };
}

/**
 * The same mutant, which breaks something that specs of other things have to stand on: that it kills those too
 * shows nothing about them.
 *
 * @param because what they stand on, as a sentence: `Specs know messages by their bodies.`
 */
export function widely(because: string, mutated: Mutant): Mutant {
  return { ...mutated, widely: because };
}
