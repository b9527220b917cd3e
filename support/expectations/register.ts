import { chai, expect, type MatcherState } from 'vitest';
import type { Channel } from '../actors/channel.ts';
import type { Connection } from '../actors/connection.ts';
import type { Queue } from '../actors/queue.ts';
import type { Receiver } from '../actors/receiver.ts';
import type { ExpectedRefusal } from '../actors/refusal.ts';
import type { RawConnection } from '../wire/index.ts';
import { Unmet } from '../waiting/unmet.ts';
import { toBeAwaited } from './expect.ts';
import type { MatcherResult } from './matcher.ts';
import { toBeAccepted } from './to-be-accepted.ts';
import { toBecome } from './to-become.ts';
import { toBeRefused } from './to-be-refused.ts';
import { type ExpectedCounters, toHaveCounters } from './to-have-counters.ts';
import { type ExpectedMessage, type ReceivingOptions, toReceive } from './to-receive.ts';

expect.extend({
  async toReceive(
    receiver: Receiver | Queue,
    expected: readonly ExpectedMessage[],
    options?: ReceivingOptions,
  ) {
    const equals = (actual: unknown, wanted: unknown) => this.equals(actual, wanted);
    return await met(this, toReceive(equals, receiver, expected, options));
  },
  async toBeRefused(
    attempt: Promise<unknown> | Channel | Connection | RawConnection,
    expected: ExpectedRefusal,
    options?: { within?: number },
  ) {
    return await met(this, toBeRefused(attempt, expected, options));
  },
  async toBeAccepted(attempt: Promise<unknown>) {
    return await met(this, toBeAccepted(attempt));
  },
  async toBecome(ask: () => Promise<unknown>, expected: unknown, options?: { within?: number }) {
    const equals = (actual: unknown, wanted: unknown) =>
      this.equals(actual, wanted, [this.utils.iterableEquality]);
    return await met(this, toBecome(equals, ask, expected, options));
  },
  async toHaveCounters(queue: Queue, expected: ExpectedCounters, options?: { within?: number }) {
    const equals = (actual: unknown, wanted: unknown) => this.equals(actual, wanted);
    return await met(this, toHaveCounters(equals, queue, expected, options));
  },
});

// What a matcher gives is a promise that a spec may forget
for (const name of ['toReceive', 'toBeRefused', 'toBeAccepted', 'toBecome', 'toHaveCounters'] as const) {
  chai.util.overwriteMethod(
    chai.Assertion.prototype,
    name,
    (matched: (...args: unknown[]) => Promise<unknown>) =>
      function awaitable(this: unknown, ...args: unknown[]) {
        return toBeAwaited(matched.apply(this, args));
      },
  );
}

/**
 * vitest keeps the class of what it throws for a matcher to itself, and a verdict is made of classes.
 *
 * @throws Unmet where the expectation is not met
 */
async function met(
  { isNot, assertion }: MatcherState,
  matched: Promise<MatcherResult>,
): Promise<MatcherResult> {
  const result = await matched;
  // vitest leaves it undefined where nothing is negated
  if (result.pass !== (isNot ?? false)) return result;
  const subject: unknown = chai.util.flag(assertion, 'message');
  const about = typeof subject === 'string' ? `${subject}: ` : '';
  throw new Unmet(result.expected, result.actual, [], about + result.message());
}

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * A consumer or program gets exactly these messages, in this order, and nothing else; of a queue, a consumer that
     * is started for it.
     */
    toReceive: (expected: readonly ExpectedMessage[], options?: ReceivingOptions) => Promise<T>;
    /**
     * The broker refuses what was tried, with this scope, code and method, and, if it is RabbitMQ, this text: of a
     * promise that is to reject, or of a channel or connection that the broker is to close by itself.
     */
    toBeRefused: (expected: ExpectedRefusal, options?: { within?: number }) => Promise<T>;
    /** The broker does what was asked of it: a promise that is to be kept, and not refused. */
    toBeAccepted: () => Promise<T>;
    /**
     * The answer to a question becomes this: for what comes true some time after it was caused.
     *
     * @param options `within`: milliseconds (10,000)
     */
    toBecome: (expected: unknown, options?: { within?: number }) => Promise<T>;
    /**
     * A queue comes to have these counters: `ready` and `consumers` are asked by AMQP (`declare-ok`);
     * `ready`, `unacknowledged` and `state` of the management API.
     */
    toHaveCounters: (expected: ExpectedCounters, options?: { within?: number }) => Promise<T>;
  }
}
