import * as fc from 'fast-check';

import { type BasicProperties, basicProperties, encodeHeader } from './content-header.ts';
import type { Domain, DomainValues, Fields, FieldsOf } from './domains.ts';
import type { FieldTable, FieldTag, FieldValue } from './field-table.ts';
import { type Frame, frame, heartbeat } from './frame.ts';
import { encodeMethod } from './method-codec.ts';
import { methodNames } from './method-lookup.ts';
import { type MethodName, methods } from './methods.ts';
import type { Text } from './octets.ts';

/** How many cases each property is tried with; a nightly run asks for more: `FAST_CHECK_RUNS=100000`. */
export const runs = { numRuns: Number(process.env['FAST_CHECK_RUNS'] ?? 300) };

/** Time enough for as many cases, in milliseconds. */
export const timeForRuns = { timeout: 60_000 + 20 * runs.numRuns };

function octets(maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
}

/** Text of this many octets at most, and octets that are no text. */
function text(maxLength: number): fc.Arbitrary<Text> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: Math.floor(maxLength / 4) }),
    fc.string({ unit: 'binary-ascii', maxLength }),
    octets(maxLength),
  );
}

function int(bits: number): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
}
function uint(bits: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** bits - 1 });
}
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** A NaN of this many octets, with anything in the bits that do not matter. */
function oddNaN(length: 4 | 8): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ minLength: length, maxLength: length }).map((array) => {
    const [first, second] = length === 4 ? [0x7f, 0x80] : [0x7f, 0xf0];
    return Buffer.from(array.with(0, (array[0] ?? 0) | first).with(1, (array[1] ?? 0) | second));
  });
}

const simpleValues = {
  t: fc.oneof(
    fc.boolean(),
    fc.integer({ min: 2, max: 255 }).map((octet) => Buffer.of(octet)),
  ),
  b: int(8),
  B: uint(8),
  s: int(16),
  U: int(16),
  u: uint(16),
  I: int(32),
  i: uint(32),
  l: int64,
  L: int64,
  f: fc.oneof(fc.float(), oddNaN(4)),
  d: fc.oneof(fc.double(), oddNaN(8)),
  D: fc.record({ scale: uint(8), unscaled: uint(32) }),
  S: text(300),
  T: uint64,
  V: fc.constant(null),
  x: octets(300),
} satisfies { [T in Exclude<FieldTag, 'A' | 'F'>]: fc.Arbitrary<unknown> };

const nested = fc.letrec<{ table: FieldTable; value: FieldValue }>((tie) => ({
  table: fc.array(fc.tuple(text(255), tie('value')), { maxLength: 5, depthIdentifier: 'field table' }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, depthIdentifier: 'field table' },
    fc.oneof(...simpleFields()),
    fc.record({ tag: fc.constant('F' as const), value: tie('table') }),
    fc.record({ tag: fc.constant('A' as const), value: fc.array(tie('value'), { maxLength: 5 }) }),
  ),
}));

function simpleFields(): fc.Arbitrary<FieldValue>[];
function simpleFields(): fc.Arbitrary<unknown>[] {
  return Object.entries(simpleValues).map(([tag, value]) => fc.record({ tag: fc.constant(tag), value }));
}

const fieldTable: fc.Arbitrary<FieldTable> = nested.table;

const domainValues: { [D in Domain]: fc.Arbitrary<DomainValues[D]> } = {
  bit: fc.boolean(),
  octet: uint(8),
  short: uint(16),
  long: uint(32),
  longlong: uint64,
  timestamp: uint64,
  shortstr: text(255),
  longstr: text(1000),
  table: fieldTable,
};

/** Values of all these fields. */
function fieldsOf<F extends Fields>(fields: F): fc.Arbitrary<FieldsOf<F>>;
function fieldsOf(fields: Fields): fc.Arbitrary<unknown> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, domain]) => [name, valueOf(domain)])),
  );
}

function valueOf(domain: Domain): fc.Arbitrary<unknown> {
  return domainValues[domain];
}

const channel: fc.Arbitrary<number> = uint(16);

/** Frames of one method, with any arguments on any channel. */
export function methodFrame(name: MethodName): fc.Arbitrary<Frame> {
  return fc
    .tuple(channel, fieldsOf(methods[name].fields))
    .map(([channel, values]) => encodeMethod(channel, name, values));
}

/** Any set of properties. */
export const properties: fc.Arbitrary<BasicProperties> = fc
  .tuple(fieldsOf(basicProperties), fc.subarray(Object.keys(basicProperties)))
  .map(([all, kept]) => Object.fromEntries(Object.entries(all).filter(([name]) => kept.includes(name))));

/** Any frame that is in itself well-formed. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...methodNames).chain(methodFrame) },
  {
    weight: 2,
    arbitrary: fc.tuple(channel, uint64, properties).map((header) => encodeHeader(...header)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(channel, octets(2000)).map(([channel, body]) => frame('body', channel, body)),
  },
  { weight: 1, arbitrary: fc.constant(heartbeat) },
);
