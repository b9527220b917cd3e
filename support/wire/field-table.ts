import { WireError } from './errors.ts';
import type { OctetReader, OctetWriter, Text } from './octets.ts';

/**
 * The types of a value in a field table, by their tag, in the dialect that RabbitMQ and its clients speak
 * ({@link https://www.rabbitmq.com/amqp-0-9-1-errata#section_3 | errata, section 3}), where `s` is a 16-bit
 * integer and not a short string, and `x` exists. `U` and `L` are what the specification calls `s` and `l`.
 *
 * A `Buffer` stands wherever a JavaScript value can't keep the octets: text that is not UTF-8, a NaN other
 * than the usual one, a boolean that is neither 0 nor 1 (which peers take for true, as JavaScript does the
 * `Buffer`).
 */
interface FieldValues {
  t: boolean | Buffer;
  b: number;
  B: number;
  s: number;
  U: number;
  u: number;
  I: number;
  i: number;
  l: bigint;
  L: bigint;
  f: number | Buffer;
  d: number | Buffer;
  D: { scale: number; unscaled: number };
  S: Text;
  A: FieldValue[];
  /** Seconds since the epoch. */
  T: bigint;
  F: FieldTable;
  V: null;
  x: Buffer;
}
export type FieldTag = keyof FieldValues;
export type FieldValue = { [T in FieldTag]: { tag: T; value: FieldValues[T] } }[FieldTag];

/** A field table as it is on the wire: in its order, and with a key twice if it is there twice. */
export type FieldTable = (readonly [key: Text, value: FieldValue])[];

/** Tables and arrays within each other; RabbitMQ has no limit, and nobody comes near this one. */
const deepestNesting = 128;

interface FieldCodec<Value> {
  read: (from: OctetReader, depth: number) => Value;
  write: (to: OctetWriter, value: Value) => void;
}

const int16: FieldCodec<number> = { read: (from) => from.int16(), write: (to, value) => to.int16(value) };
const int64: FieldCodec<bigint> = { read: (from) => from.int64(), write: (to, value) => to.int64(value) };

const codecs: { [T in FieldTag]: FieldCodec<FieldValues[T]> } = {
  t: {
    read: (from) => {
      const octet = from.uint8();
      return octet > 1 ? Buffer.of(octet) : octet === 1;
    },
    write: (to, value) => (typeof value === 'boolean' ? to.uint8(Number(value)) : fixed(to, value, 1)),
  },
  b: { read: (from) => from.int8(), write: (to, value) => to.int8(value) },
  B: { read: (from) => from.uint8(), write: (to, value) => to.uint8(value) },
  s: int16,
  U: int16,
  u: { read: (from) => from.uint16(), write: (to, value) => to.uint16(value) },
  I: { read: (from) => from.int32(), write: (to, value) => to.int32(value) },
  i: { read: (from) => from.uint32(), write: (to, value) => to.uint32(value) },
  l: int64,
  L: int64,
  f: {
    read: (from) => floatingPoint(from.octets(4)),
    write: (to, value) => fixed(to, typeof value === 'number' ? float(value) : value, 4),
  },
  d: {
    read: (from) => floatingPoint(from.octets(8)),
    write: (to, value) => fixed(to, typeof value === 'number' ? double(value) : value, 8),
  },
  D: {
    read: (from) => ({ scale: from.uint8(), unscaled: from.uint32() }),
    write: (to, { scale, unscaled }) => {
      to.uint8(scale);
      to.uint32(unscaled);
    },
  },
  S: { read: (from) => from.text(from.uint32()), write: (to, value) => to.longText(value) },
  A: {
    read: (from, depth) => {
      const items = from.part(from.uint32());
      const array: FieldValue[] = [];
      while (items.left > 0) array.push(readFieldValue(items, depth));
      return array;
    },
    write: (to, value) =>
      to.sized(() => {
        for (const item of value) writeFieldValue(to, item);
      }),
  },
  T: { read: (from) => from.uint64(), write: (to, value) => to.uint64(value) },
  F: { read: (from, depth) => readTable(from, depth), write: (to, value) => writeTable(to, value) },
  V: { read: () => null, write: () => {} },
  x: { read: (from) => from.octets(from.uint32()), write: (to, value) => to.longText(value) },
};

export function readTable(from: OctetReader, depth = 0): FieldTable {
  const entries = from.part(from.uint32());
  const table: FieldTable = [];
  while (entries.left > 0) {
    const key = entries.text(entries.uint8());
    table.push([key, readFieldValue(entries, depth)]);
  }
  return table;
}

export function writeTable(to: OctetWriter, table: FieldTable): void {
  to.sized(() => {
    for (const [key, value] of table) {
      to.shortText(key);
      writeFieldValue(to, value);
    }
  });
}

function readFieldValue(from: OctetReader, depth: number): FieldValue {
  if (depth === deepestNesting) throw new WireError('nested-too-deep', `${from.subject}, ${depth} levels`);
  const tag = String.fromCodePoint(from.uint8());
  if (!isFieldTag(tag)) throw new WireError('unknown-field-type', `${from.subject}, ${JSON.stringify(tag)}`);
  return readTagged(from, tag, depth + 1);
}

/** Tag and type of the value belong together: both come from the same row of the codecs. */
function readTagged(from: OctetReader, tag: FieldTag, depth: number): FieldValue;
function readTagged(from: OctetReader, tag: FieldTag, depth: number): { tag: FieldTag; value: unknown } {
  return { tag, value: codecs[tag].read(from, depth) };
}

function writeFieldValue<T extends FieldTag>(
  to: OctetWriter,
  field: { tag: T; value: FieldValues[T] },
): void {
  to.uint8(field.tag.codePointAt(0) ?? 0);
  codecs[field.tag].write(to, field.value);
}

function isFieldTag(tag: string): tag is FieldTag {
  return Object.hasOwn(codecs, tag);
}

function fixed(to: OctetWriter, octets: Buffer, length: number): void {
  if (octets.length !== length) throw new RangeError(`${length} octets are needed, not ${octets.length}.`);
  to.octets(octets);
}

function float(value: number): Buffer {
  const octets = Buffer.allocUnsafe(4);
  octets.writeFloatBE(value);
  return octets;
}

function double(value: number): Buffer {
  const octets = Buffer.allocUnsafe(8);
  octets.writeDoubleBE(value);
  return octets;
}

function floatingPoint(octets: Buffer): number | Buffer {
  const [value, usual] =
    octets.length === 4 ? [octets.readFloatBE(), usualFloatNaN] : [octets.readDoubleBE(), usualDoubleNaN];
  return Number.isNaN(value) && !octets.equals(usual) ? octets : value;
}

const usualFloatNaN = float(Number.NaN);
const usualDoubleNaN = double(Number.NaN);
