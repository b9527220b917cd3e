/**
 * Brokers that are right in everything but one thing, made by a proxy that rewrites what a real broker and
 * its clients say to each other.
 *
 * - `library/`: the mutants, a file per topic; `library/controls.ts`: those by which a gate is tested itself;
 * - `mutant.ts`, `target.ts`, `edit.ts`: what mutants are made of: `mutant(name, says, ...rules)`, and rules
 *   like `fromBroker('basic.deliver').nth(3).duplicate()`; `management/answer.ts` for the management API;
 * - `rule.ts`: what a rule is told of the method on its way, and what it can do;
 * - `proxy.ts`, `proxy/`, `management/proxy.ts`: the proxies.
 */
export * from './library/index.ts';
export { eachOf } from './management/answer.ts';
export { type Mutant, mutant } from './mutant.ts';
export { type MutantProxy, type MutantProxyOptions, startMutantProxy } from './proxy.ts';
export { fromBroker, fromClient } from './target.ts';
