import { answersOthers } from '../actors/answered.ts';
import { Channel } from '../actors/channel.ts';
import { Connection } from '../actors/connection.ts';
import type { ExpectedRefusal } from '../actors/refusal.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import {
  carriesContent,
  isMethodName,
  RawConnection,
  refusalIn,
  type Refusal,
  RefusedByBroker,
} from '../wire/index.ts';
import { textsCount } from './expect.ts';
import type { MatcherResult } from './matcher.ts';
import { isOfBroker } from './of-broker.ts';

/**
 * Passes when the broker refuses with exactly this scope, code, method and, if it is RabbitMQ, text. Any other
 * failure than a refusal or no answer is none of the broker's, and is thrown on.
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
  const different = end instanceof RefusedByBroker ? differences(end.refusal, expected) : [seen];
  const pass = different.length === 0;
  return {
    pass,
    message: () =>
      [
        `The broker was ${pass ? 'not ' : ''}to refuse with: ${wanted}`,
        `Seen: ${seen}`,
        ...(end instanceof RefusedByBroker && !pass ? [`Different: ${different.join(', ')}`] : []),
      ].join('\n'),
    actual: seen,
    expected: wanted,
  };
}

/** What of a refusal is not as expected; none: it fits. */
function differences(refusal: Refusal, expected: ExpectedRefusal): string[] {
  return [
    ...(refusal.scope === expected.scope ? [] : [`the scope (${refusal.scope})`]),
    ...(refusal.code === expected.code ? [] : [`the code (${refusal.code})`]),
    ...(namesMethod(refusal, expected) ? [] : [`the method (${refusal.method ?? 'none is named'})`]),
    ...(!textsCount() || containsText(refusal.text, expected.text) ? [] : ['the text']),
  ];
}

/**
 * Whether the refusal names the method as its cause. Where the fault is in the content that follows the method, a broker
 * may name none (class and method 0): then it is about the content.
 */
function namesMethod({ method }: Refusal, expected: ExpectedRefusal): boolean {
  if (expected.method === undefined || method === expected.method) return true;
  return method === undefined && isMethodName(expected.method) && carriesContent(expected.method);
}

function containsText(text: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

async function endOf(ending: Channel | Connection, within: number): Promise<unknown> {
  const inTime = await holdsEventually(ending, () => ending.end !== undefined, within);
  const on = ending instanceof Channel ? ending.connection : ending;
  if (!inTime) await answersOthers(on, 'with a close');
  return ending.end;
}

async function closeOf(
  raw: RawConnection,
  scope: ExpectedRefusal['scope'],
  within: number,
): Promise<RefusedByBroker> {
  return new RefusedByBroker(refusalIn(await raw.expect(`${scope}.close`, { within })));
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error;
  }
}
