import { inject, type TestContext } from 'vitest';
import { BrokerUnderTest } from '../broker/under-test.ts';
import { CouldNotRun } from '../errors.ts';
import { expecting } from '../expectations/expect.ts';
import { applicability, testability } from './applicability.ts';
import type { ClaimDescription, ClaimOutcome, ReportedError } from './result.ts';
import type { Spec } from './claim.ts';
import { Rendezvous } from './rendezvous.ts';
import { Stage } from './stage.ts';
import type { Verdict } from './verdict.ts';

let brokerUnderTest: BrokerUnderTest | undefined;

/** Runs the spec of a claim, and leaves its outcome with the test. */
export async function run(
  claim: ClaimDescription,
  spec: Spec,
  { task, skip, expect }: TestContext,
  within: number,
): Promise<void> {
  const conclude = (outcome: ClaimOutcome) => {
    task.meta.outcome = outcome;
  };
  const rendezvous = Rendezvous.of(task.file);
  const broker = (brokerUnderTest ??= new BrokerUnderTest(inject('brokerHost')));
  let stage: Stage | undefined;
  try {
    const description = await broker.description();
    const unfit = applicability(claim, description) ?? testability(claim, description);
    if (unfit !== undefined) {
      conclude({ ...unfit, errors: [] });
      rendezvous.leave(task);
      skip(unfit.reason);
    }
    stage = new Stage(claim, description, broker, rendezvous.place(task));
    const place = stage;
    await beforeDeadline(
      expecting(expect, () => spec(place)),
      within,
    );
    const soft = task.result?.errors ?? [];
    if (soft.length > 0) throw soft[0];
    conclude({ verdict: 'holds', errors: [], evidence: stage.recorder.evidence() });
  } catch (error) {
    if (task.meta.outcome !== undefined) throw error; // the signal by which a test is skipped
    const errors = [...new Set([...(task.result?.errors ?? []), error])];
    const verdict = await verdictOf(errors, broker, stage);
    if (isError(error)) error.message = told(claim, verdict, error);
    conclude({
      ...verdict,
      errors: errors.map(reported),
      ...(stage === undefined ? {} : { evidence: await withLog(stage, broker) }),
    });
    throw error;
  } finally {
    rendezvous.leave(task);
    await stage?.close();
  }
}

/** Only what an assertion says counts against the broker, and only while there is a broker. */
async function verdictOf(
  errors: unknown[],
  broker: BrokerUnderTest,
  stage: Stage | undefined,
): Promise<{ verdict: Verdict; reason: string }> {
  const died = await broker.died().catch((error: unknown) => `its host does not answer: ${String(error)}`);
  if (died !== undefined) return { verdict: 'could not run', reason: `The broker died: ${died}` };
  const silent = await stage?.unreachable();
  if (silent !== undefined)
    return { verdict: 'could not run', reason: `The broker does not answer: ${silent}` };
  const other = errors.find((error) => !isAssertion(error));
  if (other !== undefined) return { verdict: 'could not run', reason: firstLine(other) };
  return { verdict: 'violated', reason: firstLine(errors[0]) };
}

/** Whether an expectation of the spec was not met: vitest's own errors carry what was expected and seen. */
function isAssertion(error: unknown): boolean {
  return isError(error) && (error.name === 'AssertionError' || ('actual' in error && 'expected' in error));
}

/** Structural, since errors of a soft expectation were made plain data. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error;
}

function told(
  claim: ClaimDescription,
  { verdict, reason }: { verdict: Verdict; reason: string },
  error: Error,
) {
  if (verdict === 'violated') return `${claim.id} is violated: ${claim.says}\n\n${error.message}`;
  return `${claim.id} could not run: ${error.message.startsWith(reason) ? '' : `${reason}\n`}${error.message}`;
}

function firstLine(error: unknown): string {
  return (isError(error) ? error.message : String(error)).split('\n').slice(0, 3).join(' ').trim();
}

function reported(error: unknown): ReportedError {
  if (!isError(error)) return { name: 'Error', message: String(error) };
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  return {
    name: error.name ?? 'Error',
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(expected === undefined ? {} : { expected: asText(expected) }),
    ...(actual === undefined ? {} : { actual: asText(actual) }),
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? String(value));
}

async function withLog(stage: Stage, broker: BrokerUnderTest) {
  const evidence = stage.recorder.evidence();
  const log = await broker.log(evidence.startedAt).catch(() => undefined);
  return { ...evidence, ...(log === undefined ? {} : { brokerLog: log }) };
}

async function beforeDeadline(work: Promise<void>, within: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new CouldNotRun(`The spec did not end within the ${within} ms that the harness gives it.`)),
      within,
    );
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
