import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExpectStatic, expect as expectOfVitest } from 'vitest';
import { CouldNotRun, SpecMistake } from '../errors.ts';
import { isAssertion } from '../verdict/fault.ts';
import { Unanswered } from '../waiting/until.ts';

/** Who expects something, and of which product. */
interface Expecting {
  expect: ExpectStatic;
  product: string;
  /** Where its claim stands: `specs/consuming/dispatch.spec.ts`. */
  file: string;
  /** The id of its claim. */
  claim: string;
}

/** What a spec has waited for, or should have. */
interface Waits {
  /** Where it began to wait for what nobody awaits. */
  begun: Set<Error>;
  /** What went wrong with a promise that nobody awaits. */
  uncaught: Error[];
  /** What kept the harness from what something is expected of. */
  obstacles: CouldNotRun[];
}

const ofSpec = new AsyncLocalStorage<Expecting & Waits>();

/**
 * Runs a spec so that what it expects counts as its own, whatever else is in flight.
 *
 * @throws SpecMistake when it ended before something that it expects did; CouldNotRun with what failed meanwhile and was
 * not awaited, or where an assertion failed since the harness could not do what it is about
 */
export async function expecting(own: Expecting, spec: () => Promise<void>): Promise<void> {
  const waits: Waits = { begun: new Set(), uncaught: [], obstacles: [] };
  try {
    await ofSpec.run({ ...own, ...waits }, spec);
  } catch (error) {
    const [obstacle] = waits.obstacles;
    throw obstacle !== undefined && isAssertion(error) ? obstacle : error;
  }
  const [forgotten] = waits.begun;
  if (forgotten !== undefined) {
    const mistake = new SpecMistake('The spec ended before an expectation did: await it.');
    throw Object.assign(mistake, { stack: forgotten.stack });
  }
  const [uncaught] = waits.uncaught;
  if (uncaught !== undefined) throw new CouldNotRun(uncaught.message, { cause: uncaught });
}

/** The promises behind those that are to be awaited. */
const behind = new WeakMap<object, Promise<unknown>>();

/** The same promise, of which the spec that made it is expected to await it. */
export function toBeAwaited<Result>(promise: Promise<Result>): Promise<Result> {
  const begun = ofSpec.getStore()?.begun;
  if (begun === undefined) return promise;
  const here = new Error('begun here');
  begun.add(here);
  promise.catch((error: unknown) => {
    // Where it is noticed nobody knows any more who expects
    if (error instanceof SpecMistake) error.stack = `${error.stack}\n${here.stack}`;
  });
  const awaited = () => {
    begun.delete(here);
    return promise;
  };
  // `await` does not call the `then` of a true promise
  const told: Promise<Result> = {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (...handlers) => awaited().then(...handlers),
    catch: (handler) => awaited().catch(handler),
    finally: (handler) => awaited().finally(handler),
    [Symbol.toStringTag]: 'Promise',
  };
  behind.set(told, promise);
  return told;
}

/** Has what goes wrong with a promise that nobody awaits name the claim whose spec made it. */
process.prependListener('unhandledRejection', (reason) => {
  const spec = ofSpec.getStore();
  if (spec === undefined || !(reason instanceof Error)) return;
  reason.message = `${spec.claim} did not await what failed: ${reason.message}\nAwait it, ${placeIn(spec.file, reason)}.`;
  spec.uncaught.push(reason);
});

/** Where in a spec file an error came from: `specs/consuming/dispatch.spec.ts:12`, or the file alone where that is not known. */
export function placeIn(file: string, { stack = '' }: Error): string {
  const line = stack.split(`/${file}:`)[1]?.split(':')[0];
  return line === undefined ? file : `${file}:${line}`;
}

/**
 * Whether the reply texts that claims name are to be met to the letter: by RabbitMQ, whose documentation promises
 * them. To AMQP 0-9-1 a reply text is localised and for people to read; what counts is the code.
 */
export function textsCount(): boolean {
  return (ofSpec.getStore()?.product ?? 'rabbitmq') === 'rabbitmq';
}

/** Matches a reply text that contains this; of a broker other than RabbitMQ, any text. */
export function replyText(documented: string): unknown {
  return textsCount() ? expect.stringContaining(documented) : expect.any(String);
}

/**
 * vitest's `expect`, of the spec that calls it: with many specs in flight at once, the one that vitest
 * exports does not know to whom a soft assertion or a poll belongs.
 */
export const expect: ExpectStatic = new Proxy(expectOfVitest, {
  apply: (_, self, args: Parameters<ExpectStatic>) => {
    noteObstacle(args[0]);
    return Reflect.apply(current(), self, args);
  },
  get: (_, key) => Reflect.get(current(), key) as unknown,
});

/** vitest's `resolves` and `rejects` tell of any failure as one of an assertion. */
function noteObstacle(expected: unknown): void {
  const obstacles = ofSpec.getStore()?.obstacles;
  if (obstacles === undefined || typeof expected !== 'object' || expected === null) return;
  const promise = expected instanceof Promise ? expected : behind.get(expected);
  promise?.catch((error: unknown) => {
    // That one is about the broker
    if (error instanceof CouldNotRun && !(error instanceof Unanswered)) obstacles.push(error);
  });
}

function current(): ExpectStatic {
  return ofSpec.getStore()?.expect ?? expectOfVitest;
}
