import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { properties, runs, timeForRuns } from './arbitraries.test-support.ts';
import { CommandAssembler, encodeContent } from './command.ts';
import { encodeHeader } from './content-header.ts';
import { WireError, type WireErrorCode } from './errors.ts';
import { type Frame, frame } from './frame.ts';
import { encodeMethod } from './method-codec.ts';

function refusal(assembler: CommandAssembler, frame: Frame): WireErrorCode | undefined {
  try {
    assembler.push(frame);
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return undefined;
}

const publish = encodeMethod(1, 'basic.publish', { routingKey: 'tasks' });
function header(size: bigint): Frame {
  return encodeHeader(1, size, {});
}
function body(text: string): Frame {
  return frame('body', 1, Buffer.from(text));
}

test('a message is put together from frames of any size', timeForRuns, () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(0, 9, 10, 16, 100, 308),
      properties,
      (octets, frameMax, properties) => {
        const frames = encodeContent(
          5,
          'basic.deliver',
          { deliveryTag: 7n },
          { properties, body: octets },
          frameMax,
        );
        const assembler = new CommandAssembler();
        const commands = frames.map((frame) => assembler.push(frame));
        const command = commands.pop();
        expect(commands.every((before) => before === undefined)).toBe(true);
        expect(command?.frames).toEqual(frames);
        expect(command?.channel).toBe(5);
        expect(command?.is('basic.deliver') && command.arguments.deliveryTag).toBe(7n);
        expect(command?.body.equals(octets)).toBe(true);
        expect(Object.keys(command?.properties ?? {})).toHaveLength(Object.keys(properties).length);
        expect(
          frames.every(({ bytes, type }) => type !== 'body' || frameMax === 0 || bytes.length <= frameMax),
        ).toBe(true);
      },
    ),
    runs,
  );
});

test('frames that have no room for a body are refused', () => {
  expect(() => encodeContent(1, 'basic.publish', {}, { body: Buffer.from('x') }, 8)).toThrow(RangeError);
});

test('messages on several channels, and methods between them, do not disturb each other', () => {
  const assembler = new CommandAssembler();
  const other = encodeContent(2, 'basic.publish', { routingKey: 'b' }, { body: Buffer.from('22') }, 9);
  const came = [publish, ...other.slice(0, 2), header(3n), body('1'), other[2], body('11'), other[3]]
    .filter((frame) => frame !== undefined)
    .flatMap((frame) => assembler.push(frame) ?? []);
  expect(came.map(({ channel, body }) => [channel, body.toString()])).toEqual([
    [1, '111'],
    [2, '22'],
  ]);
});

test('a method without content is complete at once, a message without body with its header', () => {
  const assembler = new CommandAssembler();
  expect(assembler.push(encodeMethod(1, 'tx.select', {}))?.name).toBe('tx.select');
  expect(assembler.push(publish)).toBeUndefined();
  expect(assembler.push(header(0n))?.body).toHaveLength(0);
});

test('frames out of order are refused, and what came before is kept', () => {
  const assembler = new CommandAssembler();
  expect(refusal(assembler, header(1n))).toBe('unexpected-frame');
  expect(refusal(assembler, body('x'))).toBe('unexpected-frame');
  assembler.push(publish);
  expect(refusal(assembler, body('x'))).toBe('unexpected-frame');
  expect(refusal(assembler, publish)).toBe('unexpected-frame');
  assembler.push(header(2n));
  expect(refusal(assembler, header(2n))).toBe('unexpected-frame');
  expect(refusal(assembler, publish)).toBe('unexpected-frame');
  expect(refusal(assembler, body('xxx'))).toBe('body-too-large');
  assembler.push(body('a'));
  expect(assembler.push(body('b'))?.body.toString()).toBe('ab');
});

test('a message that is given up is handed back, and its channel is free again', () => {
  const assembler = new CommandAssembler();
  assembler.push(publish);
  assembler.push(header(2n));
  expect(assembler.abandon(1).map(({ type }) => type)).toEqual(['method', 'header']);
  expect(assembler.abandon(1)).toEqual([]);
  expect(assembler.push(encodeMethod(1, 'channel.close', {}))?.name).toBe('channel.close');
});
