import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventEmitter, setMaxListeners } from 'node:events';
import { pEvent, TimeoutError as EventTimeoutError } from 'p-event';
import pWaitFor from 'p-wait-for';
import { CouldNotRun } from '../errors.ts';

const patience = new AsyncLocalStorage<number>();

/**
 * How long a spec waits for what a broker does "at once", in milliseconds. Far above what a broker
 * needs when the machine is busy with other things; it is only ever waited out by a spec that fails.
 */
export function deadlineMs(): number {
  return patience.getStore() ?? 10_000;
}

/** Runs a spec that waits for so many milliseconds instead, because it is expected to fail. */
export async function withDeadline<Result>(
  milliseconds: number,
  spec: () => Promise<Result>,
): Promise<Result> {
  return await patience.run(milliseconds, spec);
}

/**
 * Waits until a condition holds that can only become true by an event.
 *
 * @param emitter emits `change` whenever the condition may have changed
 * @param within milliseconds
 * @returns whether it holds; `false` after the deadline
 */
export async function holdsEventually(
  emitter: EventEmitter,
  condition: () => boolean,
  within: number = deadlineMs(),
): Promise<boolean> {
  if (condition()) return true;
  if (within === 0) return false;
  try {
    await pEvent(emitter, 'change', { filter: condition, timeout: within, rejectionEvents: [] });
    return true;
  } catch (error) {
    if (!(error instanceof EventTimeoutError)) throw error;
    return condition();
  }
}

/**
 * Asks again and again until the answer is good, and gives the last answer either way: after the
 * deadline it is asked once more, and a question that hangs is aborted.
 *
 * @param ask must heed the signal
 * @param within milliseconds
 * @param interval milliseconds between an answer and the next question
 */
export async function askUntil<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  good: (answer: Answer) => boolean,
  { within = deadlineMs(), interval = 25 }: { within?: number; interval?: number } = {},
): Promise<Answer> {
  let last: Answer | undefined;
  const deadline = AbortSignal.timeout(within);
  // Each question leaves a listener behind
  setMaxListeners(0, deadline);
  try {
    await pWaitFor(
      async () => {
        last = await ask(deadline);
        return good(last);
      },
      { interval, signal: deadline },
    );
    return last as Answer;
  } catch (error) {
    if (!deadline.aborted) throw error;
    return await ask(AbortSignal.timeout(1_000));
  }
}

/** The broker is silent where it has to answer: a violated claim only where the claim speaks of the answer. */
export class Unanswered extends CouldNotRun {}

/**
 * Waits for the answer to a question that every broker answers at once.
 *
 * @throws Unanswered when it takes longer than any broker would
 */
export async function answered<Answer>(question: string, answer: Promise<Answer>): Promise<Answer> {
  const longest = deadlineMs();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Unanswered(`The broker did not answer ${question} within ${longest} ms.`)),
      longest,
    );
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
