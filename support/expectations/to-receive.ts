import { inspect } from 'node:util';
import type { Delivery, ReceivedMessage } from '../actors/messages.ts';
import { Queue } from '../actors/queue.ts';
import type { Receiver } from '../actors/receiver.ts';
import { SpecMistake } from '../errors.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import { history } from '../evidence/history.ts';
import { differences, listed } from '../evidence/listed.ts';
import type { MatcherResult } from './matcher.ts';

/**
 * A message as a spec expects it: its body, or some of its fields (a property that is not named does
 * not matter).
 */
export type ExpectedMessage =
  | string
  | Buffer
  | {
      body?: string | Buffer;
      redelivered?: boolean;
      exchange?: string;
      routingKey?: string;
      deliveryTag?: number;
      headers?: Record<string, unknown>;
      properties?: Record<string, unknown>;
    };

/** How messages are to be received. */
export interface ReceivingOptions {
  /** Whether the order matters not; default `false`. */
  inAnyOrder?: boolean;
  /** Milliseconds to wait for as many messages; default 10,000. */
  within?: number;
  /** Of a queue: how the timeline calls its consumer. */
  name?: string;
}

/**
 * Passes when exactly these messages arrived, in this order, and nothing else: waits until as many
 * have come, and then until nothing can be under way any more. A queue gets a consumer for it.
 *
 * @throws SpecMistake for something that receives nothing: vitest types matchers for any value
 */
export async function toReceive(
  equals: (actual: unknown, expected: unknown) => boolean,
  by: Receiver | Queue,
  expected: readonly ExpectedMessage[],
  { inAnyOrder = false, within = deadlineMs(), name }: ReceivingOptions = {},
): Promise<MatcherResult> {
  const receiver = by instanceof Queue ? await by.consumer(name) : by;
  if (!('deliveries' in Object(receiver))) {
    throw new SpecMistake(
      `toReceive is for a queue, a consumer or a program, not for ${by instanceof Promise ? 'a promise: await it first' : inspect(by, { depth: 0 })}.`,
    );
  }
  if (!Array.isArray(expected))
    throw new SpecMistake(`toReceive is given a list of messages, not ${inspect(expected, { depth: 0 })}.`);
  await holdsEventually(
    receiver,
    () => receiver.deliveries.length >= expected.length || receiver.ended,
    within,
  );
  await receiver.caughtUp(expected.length);
  const wanted = expected.map(comparable);
  const deliveries = inAnyOrder
    ? arranged(receiver.deliveries, expected, (delivery, index) =>
        equals(inTermsOf(delivery, expected[index]), wanted[index]),
      )
    : receiver.deliveries;
  const seen = deliveries.map((delivery, index) => inTermsOf(delivery, expected[index] ?? expected[0]));
  const pass = equals(seen, wanted);
  return {
    pass,
    message: () =>
      [
        `${receiver.name} was ${pass ? 'not ' : ''}to receive exactly ${wanted.length} ${wanted.length === 1 ? 'message' : 'messages'}` +
          `${inAnyOrder ? '' : ' in this order'}: ${listed(wanted)}`,
        `It received ${seen.length}: ${listed(seen)}`,
        ...differences(wanted, seen, { inAnyOrder }),
        ...(receiver.end === undefined ? [] : [`Its channel is gone: ${receiver.end.message}`]),
        ...history(receiver.recorder),
      ].join('\n'),
    actual: seen,
    expected: wanted,
  };
}

/** The fields of a delivery that an expectation names. */
function inTermsOf(delivery: ReceivedMessage, expected: ExpectedMessage | undefined): unknown {
  if (expected === undefined || typeof expected === 'string') return delivery.body;
  if (Buffer.isBuffer(expected)) return comparable(delivery.content);
  return Object.fromEntries(
    Object.keys(expected).map((key) => {
      if (key === 'body')
        return [key, Buffer.isBuffer(expected.body) ? comparable(delivery.content) : delivery.body];

      if (key === 'headers') return [key, picked(delivery.headers, expected.headers)];
      if (key === 'properties') return [key, picked(delivery.properties, expected.properties)];
      return [key, delivery[key as keyof Delivery & keyof ReceivedMessage]];
    }),
  );
}

function picked(all: Record<string, unknown>, wanted: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, all[key]]));
}

/** Buffers as hexadecimal text, so that a difference can be read. */
function comparable(expected: ExpectedMessage): unknown {
  if (Buffer.isBuffer(expected)) return `${expected.length} bytes: ${expected.toString('hex')}`;
  if (typeof expected === 'object' && Buffer.isBuffer(expected.body))
    return { ...expected, body: comparable(expected.body) };

  return expected;
}

/**
 * Deliveries in the order of the messages that they are, as far as that goes: which of them is which is not to be said one
 * by one, since what one expectation names may fit several.
 *
 * @param fits whether a delivery is the message at this place
 */
function arranged<Received>(
  deliveries: readonly Received[],
  { length }: readonly ExpectedMessage[],
  fits: (delivery: Received, place: number) => boolean,
): Received[] {
  const places: (Received | undefined)[] = Array.from({ length });
  /** Finds a place for one, for which others may have to move. */
  const takesPlace = (delivery: Received, tried: Set<number>): boolean =>
    places.some((former, place) => {
      if (tried.has(place) || !fits(delivery, place)) return false;
      tried.add(place);
      if (former !== undefined && !takesPlace(former, tried)) return false;
      places[place] = delivery;
      return true;
    });
  const left = deliveries.filter((delivery) => !takesPlace(delivery, new Set()));
  return [...places.map((delivery) => delivery ?? left.shift()), ...left].filter(
    (delivery) => delivery !== undefined,
  );
}
