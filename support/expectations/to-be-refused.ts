import { Channel } from '../actors/channel.ts';
import { Connection } from '../actors/connection.ts';
import { type ExpectedRefusal, RefusedByBroker } from '../actors/refusal.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import { methodName, RawConnection } from '../wire/index.ts';
import { textsCount } from './expect.ts';
import type { MatcherResult } from './matcher.ts';
import { isOfBroker } from './of-broker.ts';

/**
 * Passes when the broker refuses with exactly this scope, code, method and, if it is RabbitMQ, text. Any other
 * failure than a refusal, a lost connection or no answer is none of the broker's, and is thrown on.
 *
 * @param attempt the promise of what is to be refused; or a channel or connection that the broker is to
 * close by itself; of a raw connection, it or its channel 1, as the next that the broker says there
 */
export async function toBeRefused(
  attempt: Promise<unknown> | Channel | Connection | RawConnection,
  expected: ExpectedRefusal,
  { within = deadlineMs() }: { within?: number } = {},
): Promise<MatcherResult> {
  const wanted =
    `${expected.scope} error ${expected.code}` +
    (textsCount() ? `, text ${expected.text}` : '') +
    (expected.method === undefined ? '' : `, for ${expected.method}`);
  const end =
    attempt instanceof Channel || attempt instanceof Connection
      ? await endOf(attempt, within)
      : attempt instanceof RawConnection
        ? await closeOf(attempt, expected.scope, within)
        : await failureOf(attempt);
  if (end instanceof Error && !isOfBroker(end)) throw end;
  const seen =
    end instanceof RefusedByBroker
      ? `${end.refusal.scope} error ${end.refusal.code}, text ${end.refusal.text}` +
        (end.refusal.method === undefined ? '' : `, for ${end.refusal.method}`)
      : end === undefined
        ? 'nothing was refused'
        : end instanceof Error
          ? end.message
          : JSON.stringify(end);
  const pass = end instanceof RefusedByBroker && fits(end, expected);
  return {
    pass,
    message: () => `The broker was ${pass ? 'not ' : ''}to refuse with: ${wanted}\nSeen: ${seen}`,
    actual: seen,
    expected: wanted,
  };
}

function fits({ refusal }: RefusedByBroker, expected: ExpectedRefusal): boolean {
  return (
    refusal.scope === expected.scope &&
    refusal.code === expected.code &&
    (expected.method === undefined || refusal.method === expected.method) &&
    (!textsCount() || containsText(refusal.text, expected.text))
  );
}

function containsText(text: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

async function endOf(ending: Channel | Connection, within: number): Promise<unknown> {
  await holdsEventually(ending, () => ending.end !== undefined, within);
  return ending.end;
}

async function closeOf(
  raw: RawConnection,
  scope: ExpectedRefusal['scope'],
  within: number,
): Promise<RefusedByBroker> {
  const { arguments: close } = await raw.expect(`${scope}.close`, { within });
  const method = methodName(close.classId, close.methodId);
  return new RefusedByBroker({
    scope,
    code: close.replyCode,
    text: close.replyText.toString(),
    ...(method === undefined ? {} : { method }),
  });
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error;
  }
}
