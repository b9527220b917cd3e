/**
 * The mutants, a file per topic. `controls.ts` has those by which a gate is tested itself.
 *
 * A mutant is a name, a sentence, and rules: `fromBroker('basic.deliver').nth(3).duplicate()` (`../target.ts`).
 * Where no operator does, `does` is told of a method on its way and of what can be done (`../rule.ts`). What the
 * management API answers is changed by `eachOf` (`../management/answer.ts`). What the rules of a mutant remember
 * together is made with them, by a function in their place (`remember.ts`), and so belongs to one run of a proxy
 * alone. Each mutant is shown to do what it says by a demonstration (`../demonstrations/`).
 */
export * from './durability.ts';
export * from './prefetch.ts';
export * from './acknowledgement.ts';
export * from './delivery.ts';
export * from './bodies.ts';
export * from './confirms.ts';
export * from './transactions.ts';
export * from './returns.ts';
export * from './publishing.ts';
export * from './routing.ts';
export * from './bindings.ts';
export * from './headers.ts';
export * from './hash-exchanges.ts';
export * from './alternate-exchanges.ts';
export * from './arguments.ts';
export * from './properties.ts';
export * from './dead-letters.ts';
export * from './direct-replies.ts';
export * from './limits.ts';
export * from './minima.ts';
export * from './poison.ts';
export * from './queues.ts';
export * from './lifetimes.ts';
export * from './queue-counts.ts';
export * from './names.ts';
export * from './declarations.ts';
export * from './deletions.ts';
export * from './consumers.ts';
export * from './streams.ts';
export * from './errors.ts';
export * from './access.ts';
export * from './channels.ts';
export * from './clusters.ts';
export * from './connections.ts';
export * from './logins.ts';
export * from './heartbeats.ts';
export * from './frames.ts';
export * from './tls.ts';
export * from './virtual-hosts.ts';
export * from './management.ts';
export * from './controls.ts';
