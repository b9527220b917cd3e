/**
 * What a spec stands on.
 *
 * ```ts
 * claim('consuming/round-robin', { says: '…', documented: [tutorial('two')] }, async ({ queue, consumer }) => { … });
 * ```
 */
// The matchers; also for whoever has nothing but the declarations
import './expectations/register.ts';

export type { Consumer } from './actors/consumer.ts';
export { channelError, connectionError } from './actors/refusal.ts';
export { numbered } from './actors/messages.ts';
export { claim } from './claim/claim.ts';
export { memoryAlarm } from './claim/broker-change.ts';
export { onNodesAAndB } from './claim/nodes-a-and-b.ts';
export { readerOnNode } from './claim/reader-on-node.ts';
export { unwritten } from './claim/unwritten.ts';
export { docs, plugin, releaseNotes, rule, specification, tutorial } from './claim/documentation.ts';
export { notClassic, notQuorum } from './claim/queue-types.ts';
export type { Stage } from './claim/stage.ts';
export { expect, replyText } from './expectations/expect.ts';
export { isLetIn } from './expectations/is-let-in.ts';
export { premise } from './expectations/premise.ts';
export { framesOfRun } from './fuzzing/frames-of-run.ts';
export { fuzz } from './fuzzing/fuzz.ts';
export { passwordHash, sha256Hashing } from './broker/rabbitmq/password-hash.ts';
export * as eccentric from './mutants/eccentric/index.ts';
export * as mutants from './mutants/library/index.ts';
export { notFor, notForQueues } from './mutants/mutant.ts';
export { frames, plain, roundTrip, table } from './wire/index.ts';
