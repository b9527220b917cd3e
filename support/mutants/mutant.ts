import type { AmqpRule } from './rule.ts';
import type { ManagementRule } from './management/rule.ts';

/** A broker that is right in everything but one thing. */
export interface Mutant {
  /** `prefetch-ignored`: unique, for the kill matrix. */
  readonly name: string;
  /** One sentence for readers, that completes "A broker that …": `ignores the prefetch of its consumers`. */
  readonly says: string;
  /** How it rewrites what clients and the broker say, and what the management API answers. */
  readonly rules: readonly Rule[];
  /** Brokers that no proxy can make so. */
  readonly except?: MutantException;
}

/** Brokers to which a mutant does not apply. */
interface MutantException {
  /** Semver ranges by product: `{ rabbitmq: '>=4.3' }`. */
  readonly brokers: Readonly<Record<string, string>>;
  /** Why, as a sentence. */
  readonly because: string;
}

export type Rule = AmqpRule | ManagementRule | HeartbeatRule | TlsRule;

/** The TLS listener is not as it should be. */
export interface TlsRule {
  readonly kind: 'tls';
  /** It shows a certificate for the same name that another authority has signed, or takes plain AMQP as well. */
  readonly wrong: 'authority' | 'plain accepted';
}

/** The heartbeats of one side never arrive. */
export interface HeartbeatRule {
  readonly kind: 'heartbeats withheld';
  readonly from: 'client' | 'broker';
}

/** @param says completes "A broker that …" */
export function mutant(name: string, says: string, ...rules: Rule[]): Mutant {
  return { name, says, rules };
}

/**
 * The same mutant, which does not apply to some brokers.
 *
 * @param brokers semver ranges by product
 * @param because why, as a sentence
 */
export function notFor(brokers: Readonly<Record<string, string>>, because: string, mutated: Mutant): Mutant {
  return { ...mutated, except: { brokers, because } };
}
