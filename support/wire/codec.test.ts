import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { anyFrame, methodFrame, properties, runs, timeForRuns } from './arbitraries.test-support.ts';
import { bodySize, decodeProperties, encodeHeader } from './content-header.ts';
import { WireError, type WireErrorCode } from './errors.ts';
import type { FieldTable } from './field-table.ts';
import { FrameDecoder, frame } from './frame.ts';
import { decodeArguments, encodeMethod, methodOf } from './method-codec.ts';
import { methodName, methodNames, repliesTo } from './method-lookup.ts';
import { methods } from './methods.ts';
import { plain, table } from './plain-table.ts';
import { reencode } from './reencode.test-support.ts';

function hex(octets: string): Buffer {
  return Buffer.from(octets.replaceAll(' ', ''), 'hex');
}

/** The arguments of a `queue.unbind`, which end with a table of these octets. */
function inTable(octets: string): FieldTable {
  const entries = hex(octets);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(entries.length);
  const payload = Buffer.concat([hex('0032 0032 0000 00 00 00'), length, entries]);
  return decodeArguments(frame('method', 1, payload), 'queue.unbind').arguments;
}

function codeOf(decode: () => unknown): WireErrorCode | undefined {
  try {
    decode();
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return undefined;
}

describe('every method, decoded and encoded again, has the same octets', () => {
  test.each(methodNames)('%s', timeForRuns, (name) => {
    fc.assert(
      fc.property(methodFrame(name), (frame) => {
        expect(methodOf(frame)).toBe(name);
        expect(reencode(frame).bytes.equals(frame.bytes)).toBe(true);
      }),
      runs,
    );
  });
});

test(
  'every content header, decoded and encoded again, has the same octets and the same properties',
  timeForRuns,
  () => {
    fc.assert(
      fc.property(properties, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (properties, size) => {
        const header = encodeHeader(1, size, properties);
        expect(bodySize(header)).toBe(size);
        expect(Object.keys(decodeProperties(header)).toSorted()).toEqual(Object.keys(properties).toSorted());
        expect(reencode(header).bytes.equals(header.bytes)).toBe(true);
      }),
      runs,
    );
  },
);

test(
  'a frame that is damaged anywhere is a WireError, or something else that is encoded as it came',
  timeForRuns,
  () => {
    const damage = fc.record({
      at: fc.nat(),
      remove: fc.integer({ min: 0, max: 3 }),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        anyFrame,
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (frame, all, keep) => {
          let octets = frame.bytes;
          for (const { at, remove, insert } of all) {
            const start = at % (octets.length + 1);
            octets = Buffer.concat([octets.subarray(0, start), insert, octets.subarray(start + remove)]);
          }
          // Half of the time the frame itself is made whole again, so that the damage reaches what it holds.
          if (keep && octets.length >= 8) {
            frame.bytes.copy(octets, 0, 0, 3);
            octets.writeUInt32BE(octets.length - 8, 3);
            octets[octets.length - 1] = 0xce;
          }
          codeOf(() => {
            for (const damaged of new FrameDecoder().push(octets))
              expect(reencode(damaged).bytes.equals(damaged.bytes)).toBe(true);
          });
        },
      ),
      { numRuns: runs.numRuns * 10 },
    );
  },
);

test('the table of methods agrees with itself: numbers are unique, and every reply exists', () => {
  expect(methodNames).toHaveLength(69);
  expect(new Set(methodNames.map((name) => methods[name].id.join('.'))).size).toBe(69);
  const replies = methodNames.flatMap(repliesTo);
  expect(replies).toContain('basic.get-empty');
  expect(methodNames).toEqual(expect.arrayContaining(replies));
  expect(methodName(60, 40)).toBe('basic.publish');
  expect(methodName(0, 0)).toBeUndefined();
});

test('bits share an octet, from the lowest one on, and what is not given is zero', () => {
  const declare = encodeMethod(3, 'queue.declare', { queue: 'a', durable: true, noWait: true });
  expect(declare.bytes).toEqual(hex('01 0003 0000000d 0032 000a 0000 01 61 12 00000000 ce'));
  expect(decodeArguments(declare, 'queue.declare')).toEqual({
    ticket: 0,
    queue: 'a',
    passive: false,
    durable: true,
    exclusive: false,
    autoDelete: false,
    noWait: true,
    arguments: [],
  });
});

test('properties are told by flags, from the highest one on', () => {
  const header = encodeHeader(1, 5n, { deliveryMode: 2, contentType: 'a', clusterId: '' });
  expect(header.bytes).toEqual(hex('02 0001 00000012 003c 0000 0000000000000005 9004 01 61 02 00 ce'));
  expect(decodeProperties(header)).toEqual({ contentType: 'a', deliveryMode: 2, clusterId: '' });
});

describe('values in tables', () => {
  test.each<[string, FieldTable[number][1]]>([
    ['74 01', { tag: 't', value: true }],
    ['74 02', { tag: 't', value: Buffer.of(2) }],
    ['62 80', { tag: 'b', value: -128 }],
    ['42 80', { tag: 'B', value: 128 }],
    ['73 fffe', { tag: 's', value: -2 }],
    ['55 fffe', { tag: 'U', value: -2 }],
    ['75 fffe', { tag: 'u', value: 65534 }],
    ['49 ffffffff', { tag: 'I', value: -1 }],
    ['69 ffffffff', { tag: 'i', value: 4294967295 }],
    ['6c ffffffffffffffff', { tag: 'l', value: -1n }],
    ['4c 8000000000000000', { tag: 'L', value: -(2n ** 63n) }],
    ['66 3fc00000', { tag: 'f', value: 1.5 }],
    ['66 7f800001', { tag: 'f', value: hex('7f800001') }],
    ['64 8000000000000000', { tag: 'd', value: -0 }],
    ['64 fff8000000000007', { tag: 'd', value: hex('fff8000000000007') }],
    ['44 02 ffffffff', { tag: 'D', value: { scale: 2, unscaled: 4294967295 } }],
    ['53 00000003 e282ac', { tag: 'S', value: '€' }],
    ['53 00000003 efbbbf', { tag: 'S', value: '\u{FEFF}' }],
    ['53 00000003 efbfbd', { tag: 'S', value: '\u{FFFD}' }],
    ['53 00000002 c3 28', { tag: 'S', value: hex('c328') }],
    ['53 00000003 eda080', { tag: 'S', value: hex('eda080') }],
    [
      '41 00000003 56 7401',
      {
        tag: 'A',
        value: [
          { tag: 'V', value: null },
          { tag: 't', value: true },
        ],
      },
    ],
    ['54 ffffffffffffffff', { tag: 'T', value: 2n ** 64n - 1n }],
    ['46 00000003 0161 56', { tag: 'F', value: [['a', { tag: 'V', value: null }]] }],
    ['56', { tag: 'V', value: null }],
    ['78 00000001 ff', { tag: 'x', value: Buffer.of(255) }],
  ])('%s', (octets, value) => {
    expect(inTable(`01 6b ${octets}`)).toEqual([['k', value]]);
  });

  test('keep their order, and a key that is there twice', () => {
    expect(inTable('0162 56 0161 56 0162 7401')).toEqual([
      ['b', { tag: 'V', value: null }],
      ['a', { tag: 'V', value: null }],
      ['b', { tag: 't', value: true }],
    ]);
  });

  test('can be written and read as plain values, where types do not matter', () => {
    const values = {
      text: 'a',
      yes: true,
      small: -5,
      large: 2 ** 40,
      huge: 2n ** 62n,
      fraction: 0.5,
      nothing: null,
      octets: Buffer.of(1),
      list: [1, 'b', { c: [] }],
      __proto__: null,
    };
    const typed = table(values);
    expect(typed.map(([, { tag }]) => tag).join('')).toBe('StIlldVxA');
    expect(plain(typed)).toEqual(values);
    expect(plain(inTable('0161 7300ff 0162 44020000007b'))).toEqual({ a: 255, b: '123e-2' });
  });
});

function method(payload: string) {
  return () => reencode(frame('method', 1, hex(payload)));
}
function header(payload: string) {
  return () => reencode(frame('header', 1, hex(payload)));
}

/** A key, and a void in so many arrays. */
function nested(levels: number): string {
  let value = '56';
  for (let level = 0; level < levels; level += 1)
    value = `41${hex(value).length.toString(16).padStart(8, '0')}${value}`;

  return `00${value}`;
}

describe('what is malformed', () => {
  test.each<[string, WireErrorCode, () => unknown]>([
    ['a method without its number', 'truncated', method('003c 00')],
    ['a class that does not exist', 'unknown-class', method('0046 000a')],
    ['a method that does not exist', 'unknown-method', method('003c 0029')],
    ['an argument that is missing', 'truncated', method('003c 000a 00000000 0000')],
    ['a short string over the end', 'truncated', method('003c 0015 05 61626364')],
    ['a long string over the end', 'truncated', method('0014 000b ffffffff 61')],
    ['a table over the end', 'truncated', method('0032 0032 0000 00 00 00 00000001')],
    ['a value over the end of its table', 'truncated', () => inTable('016b 4900000')],
    ['an array over the end of its table', 'truncated', () => inTable('016b 41 00000002 56')],
    ['a key without a value', 'truncated', () => inTable('016b')],
    ['a value of an unknown type', 'unknown-field-type', () => inTable('016b 7a')],
    ['arrays in arrays without end', 'nested-too-deep', () => inTable(nested(128))],
    ['octets after the last argument', 'trailing-octets', method('005a 000a 00')],
    ['a bit without a meaning', 'reserved-bits', method('0055 000a 02')],
    ['a header that is too short', 'truncated', header('003c 0000 0000000000000000')],
    ['a header of another class', 'wrong-content-class', header('0032 0000 0000000000000000 0000')],
    ['a header with a weight', 'wrong-content-weight', header('003c 0001 0000000000000000 0000')],
    ['a property over the end', 'truncated', header('003c 0000 0000000000000000 8000 01')],
    ['a flag without a property', 'reserved-bits', header('003c 0000 0000000000000000 0002')],
    ['flags that go on', 'reserved-bits', header('003c 0000 0000000000000000 0001 0000')],
    ['octets after the last property', 'trailing-octets', header('003c 0000 0000000000000000 0000 00')],
  ])('%s is %s', (_what, code, decode) => {
    expect(codeOf(decode)).toBe(code);
  });

  test('is not what is nested as deep as is allowed', () => {
    expect(inTable(nested(127))).toHaveLength(1);
  });

  test('carries the reply code of the specification', () => {
    expect(new WireError('truncated', '').replyCode).toBe(501);
    expect(new WireError('unknown-field-type', '').replyCode).toBe(502);
    expect(new WireError('unknown-method', '').replyCode).toBe(503);
    expect(new WireError('unexpected-frame', '').replyCode).toBe(505);
  });
});

test('a value that does not fit is refused, with its name, and never changed', () => {
  expect(() => encodeMethod(1, 'basic.qos', { prefetchCount: 65536 })).toThrow(
    /basic.qos prefetchCount: .*65_?536/,
  );
  expect(() => encodeMethod(1, 'basic.cancel', { consumerTag: 'x'.repeat(256) })).toThrow(RangeError);
  expect(() => encodeMethod(1, 'basic.cancel', { consumerTag: '\u{D800}' })).toThrow(/surrogate/);
  expect(() => encodeMethod(65536, 'tx.select', {})).toThrow(RangeError);
});
