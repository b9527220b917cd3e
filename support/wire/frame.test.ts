import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { anyFrame, runs, timeForRuns } from './arbitraries.test-support.ts';
import { WireError } from './errors.ts';
import { type Frame, FrameDecoder, frame, heartbeat, protocolHeader } from './frame.ts';

function decode(...chunks: Buffer[]): Frame[] {
  const decoder = new FrameDecoder();
  const frames = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  decoder.finish();
  return frames;
}

/** These octets, cut at these places. */
function cut(octets: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (octets.length + 1)).toSorted((a, b) => a - b)];
  return sorted.map((start, index) => octets.subarray(start, sorted[index + 1]));
}

function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error instanceof WireError ? error.code : error;
  }
  return undefined;
}

test('frames are found however the stream is cut, each with its own octets', timeForRuns, () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (frames, places) => {
        const sent = [protocolHeader, ...frames];
        const stream = Buffer.concat(sent.map(({ bytes }) => bytes));
        const came = decode(...cut(stream, places));
        expect(came.map(({ type, channel }) => [type, channel])).toEqual(
          sent.map(({ type, channel }) => [type, channel]),
        );
        expect(Buffer.concat(came.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
        expect(came.every(({ payload }, index) => sent[index]?.payload.equals(payload))).toBe(true);
      },
    ),
    runs,
  );
});

test('a stream that comes octet by octet gives the same frames', () => {
  const stream = Buffer.concat([
    protocolHeader.bytes,
    heartbeat.bytes,
    frame('body', 7, Buffer.from('abc')).bytes,
  ]);
  const came = decode(...Array.from(stream, (octet) => Buffer.of(octet)));
  expect(came.map(({ type, channel, payload }) => [type, channel, payload.toString('latin1')])).toEqual([
    ['protocol-header', 0, 'AMQP\0\0\u{9}\u{1}'],
    ['heartbeat', 0, ''],
    ['body', 7, 'abc'],
  ]);
});

test('a frame that came in one piece is not copied', () => {
  const chunk = Buffer.concat([heartbeat.bytes, frame('body', 1, Buffer.alloc(5000)).bytes]);
  const [, body] = decode(chunk);
  expect(body?.bytes.buffer).toBe(chunk.buffer);
});

test('the head of a huge frame takes no time for every chunk that follows', () => {
  const huge = frame('body', 1, Buffer.alloc(64 * 1024 * 1024)).bytes;
  const chunks = Array.from({ length: 64 * 64 }, (_, index) =>
    huge.subarray(index * 16_384, (index + 1) * 16_384),
  );
  const began = performance.now();
  const [body] = decode(...chunks, huge.subarray(64 * 64 * 16_384));
  expect(body?.bytes.length).toBe(huge.length);
  expect(performance.now() - began).toBeLessThan(5000);
});

test.each([
  ['wrong-protocol-header', 'HTTP/1.1 400 Bad Request'],
  ['wrong-protocol-header', 'AMPQ\0\0\u{9}\u{1}'],
  ['unknown-frame-type', '\u{8}\0\0\0\0\0\0\u{CE}AMQP\0\0\u{9}\u{1}'],
  ['unknown-frame-type', '\u{8}\0\0\0\0\0\0\u{CE}\u{4}'],
  ['wrong-frame-end', '\u{3}\0\u{1}\0\0\0\u{1}x\u{CD}'],
  ['wrong-heartbeat', '\u{8}\0\0\0\0\0\u{1}x\u{CE}'],
  ['wrong-heartbeat', '\u{8}\0\u{1}\0\0\0\0\u{CE}'],
  ['truncated-frame', '\u{3}\0\u{1}\0\0\0\u{1}x'],
  ['truncated-frame', 'AMQ'],
])('%s: %j', (code, stream) => {
  expect(failure(() => decode(Buffer.from(stream, 'latin1')))).toBe(code);
});

test('a frame over the negotiated size is refused as soon as its head is there', () => {
  const decoder = new FrameDecoder();
  decoder.frameMax = 4096;
  expect([...decoder.push(frame('body', 1, Buffer.alloc(4088)).bytes)]).toHaveLength(1);
  const larger = frame('body', 1, Buffer.alloc(4089)).bytes;
  expect([...decoder.push(larger.subarray(0, 6))]).toHaveLength(0);
  expect(failure(() => [...decoder.push(larger.subarray(6, 7))])).toBe('frame-too-large');
});

test('what is broken stays broken, after the good frames before it, and nothing is lost', () => {
  const decoder = new FrameDecoder();
  const good: Frame[] = [];
  const stream = Buffer.concat([heartbeat.bytes, heartbeat.bytes, Buffer.from('nonsense')]);
  const read = (chunk: Buffer) => () => {
    for (const frame of decoder.push(chunk)) good.push(frame);
  };
  expect(failure(read(stream))).toBe('unknown-frame-type');
  expect(failure(read(heartbeat.bytes))).toBe('unknown-frame-type');
  expect(good).toHaveLength(2);
  expect(decoder.rest).toEqual(Buffer.concat([Buffer.from('nonsense'), heartbeat.bytes]));
});
