import { createHash } from 'node:crypto';
import { inject, type TestContext } from 'vitest';
import type { BrokerDescription } from '../broker/broker.ts';
import { brokerOfRun, type BrokerUnderTest } from '../broker/under-test/client.ts';
import { CouldNotRun, SpecMistake } from '../errors.ts';
import { expecting, placeIn } from '../expectations/expect.ts';
import type { MutatedBroker } from '../trials/mutated-broker.ts';
import type { PlannedTrial } from '../trials/planned.ts';
import { OwnTime } from '../waiting/own-time.ts';
import { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { deviationFor } from '../broker/profile.ts';
import { deadlineMs, withDeadline } from '../waiting/until.ts';
import { lostOrSilent } from './lost-or-silent.ts';
import { applicability, queueTypeOn, testability } from './applicability.ts';
import { judge, withDeviation } from '../verdict/decide.ts';
import { faultOf, reported } from '../verdict/fault.ts';
import { makeReadable } from '../verdict/readable.ts';
import type { ClaimDescription, ClaimOutcome } from '../verdict/outcome.ts';
import type { Spec } from './declaration.ts';
import { Rendezvous } from './rendezvous.ts';
import { Stage } from './stage.ts';

/**
 * Longest wait of a spec, in milliseconds; by default for one that is expected to pass. One that has to fail by an
 * assertion of its own must come to it; before a broker that does nothing right, any failure will do.
 */
const patienceMs = {
  green: undefined,
  refutation: 3_000,
  cross: 3_000,
  systematic: 3_000,
  red: 500,
  deviation: 3_000,
} as const;

/** Runs the spec of a claim, and leaves its outcome with the test. */
export async function run(
  claim: ClaimDescription,
  spec: Spec,
  context: TestContext,
  within: number,
): Promise<void> {
  const rendezvous = Rendezvous.of(context.task.file);
  try {
    const queueType = await queueTypeOf(context, claim);
    if (queueType === 'superfluous') return context.skip();
    const deviation = await deviationOf(claim, queueType);
    const attempted = () => attempt({ claim, queueType, spec, within }, context);
    const { outcome: seen, error } =
      deviation === undefined ? await attempted() : await withDeadline(patienceMs.deviation, attempted);
    const outcome = { ...withDeviation(seen, deviation), ...(queueType === undefined ? {} : { queueType }) };
    context.task.meta.outcome = outcome;
    if (outcome.verdict === 'violated' || outcome.verdict === 'could not run')
      throw error ?? new Error(outcome.reason);

    if (outcome.verdict === 'not applicable' || outcome.verdict === 'not testable')
      context.skip(outcome.reason);
  } finally {
    rendezvous.leave(context.task);
  }
}

/** Runs the spec of a claim against a mutant, and leaves what that showed with the test. */
export async function tryAgainst(
  { mutant, kind, patiently = false, seen }: PlannedTrial,
  claim: ClaimDescription,
  spec: Spec,
  context: TestContext,
  within: number,
): Promise<void> {
  // Proxies take long to load, and only a proof needs them
  const { MutatedBroker } = await import('../trials/mutated-broker.ts');
  const rendezvous = Rendezvous.of(context.task.file);
  const mutated = new MutatedBroker(mutant, claim.needs);
  try {
    const patience = (patiently ? undefined : patienceMs[kind]) ?? deadlineMs();
    const queueType = await queueTypeOf(context, claim);
    if (queueType === 'superfluous') return context.skip();
    const deviation = await deviationOf(claim, queueType);
    if (deviation !== undefined) {
      // What is wrong with the broker itself can't be told from what is wrong with the mutant
      context.task.meta.outcome = { verdict: 'deviates', reason: deviation.because, errors: [] };
      return;
    }
    const { outcome, exception } = await withDeadline(patience, () =>
      attempt({ claim, queueType, spec, within }, context, mutated),
    );
    context.task.meta.outcome = outcome;
    if (exception !== undefined) context.task.meta.exception = exception;
    context.task.meta.fired = mutated.fired;
    if (seen !== undefined) context.task.meta.watched = seen();
  } finally {
    rendezvous.leave(context.task);
    await mutated.close();
  }
}

/** The type with which the spec is to run, for the broker of this run; what is superfluous is marked so. */
async function queueTypeOf({ task }: TestContext, claim: ClaimDescription) {
  const foreknowledge = await brokerOfRun(inject('brokerServer')).foreknowledge();
  const queueType = queueTypeOn(task.meta.queueType, claim, foreknowledge);
  if (queueType === 'superfluous') task.meta.superfluous = true;
  return queueType;
}

async function deviationOf({ id }: ClaimDescription, queueType: QueueType | undefined) {
  const { deviations } = await brokerOfRun(inject('brokerServer')).foreknowledge();
  return deviationFor(deviations[id] ?? [], queueType);
}

/** What is attempted: a spec, with one type of queues. */
interface Attempt {
  claim: ClaimDescription;
  queueType: QueueType | undefined;
  spec: Spec;
  /** Milliseconds. */
  within: number;
}

async function attempt(
  { claim, queueType, spec, within }: Attempt,
  { task, expect }: TestContext,
  mutated?: MutatedBroker,
): Promise<{ outcome: ClaimOutcome; error?: unknown; exception?: string }> {
  const broker = brokerOfRun(inject('brokerServer'));
  let stage: Stage | undefined;
  let hung = 0;
  try {
    const { description: real, hangs } = await broker.state();
    hung = hangs;
    const foreknowledge = await broker.foreknowledge();
    const unfit = applicability(claim, real, foreknowledge, queueType) ?? testability(claim, real);
    if (unfit !== undefined) return { outcome: { ...judge({ unfit, faults: [] }), errors: [] } };
    const exception = mutated?.exception(real, queueType);
    if (exception !== undefined)
      return { outcome: { verdict: 'not applicable', reason: exception, errors: [] }, exception };

    const through = async (description: BrokerDescription) =>
      mutated === undefined ? description : await mutated.inFrontOf(description);
    const type = queueType === undefined || queueType === 'classic' ? [] : [queueType];
    const name = [
      claim.id.replace('/', '.'),
      ...(mutated === undefined ? type : [digestOf([...type, mutated.name].join(' '))]),
    ].join('.');
    const meet = Rendezvous.of(task.file).place(task);
    const time = new OwnTime(within);
    const own = new Stage({
      name,
      needs: claim.needs,
      queueType: new QueueTypeUnderTest(queueType),
      description: await through(real),
      broker,
      meet,
      aside: time.aside,
      through,
      translatedPrograms: inject('translatedPrograms'),
    });
    stage = own;
    await time.limit(() =>
      expecting(
        { expect, product: mutated?.passesAs ?? real.product, claim: claim.id, file: claim.file },
        () => spec(own),
      ),
    );
    const soft = task.result?.errors ?? [];
    if (soft.length > 0) throw soft[0];
    // What its author has to know shows nothing of a mutant
    if (mutated === undefined) own.checkQueueType(claim.queueTypes.length > 0);
    return { outcome: { ...judge({ faults: [] }), errors: [], evidence: own.recorder.evidence() } };
  } catch (thrown) {
    const error = thrown ?? new CouldNotRun(`The spec threw ${String(thrown)}.`);
    // What soft expectations threw stands first, as it came first
    const errors = [...new Set([...(task.result?.errors ?? []), error])];
    for (const each of errors) makeReadable(each);
    // Who wrote the spec has to find it
    if (isMistake(error)) error.message += `\nSee ${placeIn(claim.file, error)}.`;
    const judgement = judge({
      faults: errors.map(faultOf),
      gone: await broker.whyGone(hung).catch(String),
      lost: stage === undefined ? [] : await lostOrSilent(stage.recorder),
    });
    const evidence = stage === undefined ? {} : { evidence: await withLog(stage, broker) };
    return { outcome: { ...judgement, errors: errors.map(reported), ...evidence }, error };
  } finally {
    await stage?.close();
  }
}

/** Whether the spec itself is wrong. */
function isMistake(error: unknown): error is Error {
  return [SpecMistake, TypeError, ReferenceError].some((kind) => error instanceof kind);
}

/** Short, so that names of queues do not grow so long that a broker cuts what it says of them. */
function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 6);
}

async function withLog(stage: Stage, broker: BrokerUnderTest) {
  const evidence = stage.recorder.evidence();
  const log = await broker.log(evidence.startedAt).catch(() => undefined);
  return { ...evidence, ...(log === undefined ? {} : { brokerLog: log }) };
}
