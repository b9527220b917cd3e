import type { FieldTable, FieldValue } from './field-table.ts';

/** What a spec writes where the exact type on the wire does not matter. */
type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/**
 * A field table of plain values, with the types that most clients choose: `S` for strings, `t` for booleans,
 * `I` for whole numbers of 32 bits and `l` for longer ones and for bigints, `d` for other numbers, `A` for
 * arrays, `F` for objects, `x` for octets, `V` for null. Where another type matters, append a pair:
 * `[...table({ 'x-max-length': 1 }), ['x-expires', { tag: 's', value: 5 }]]`.
 */
export function table(values: { readonly [key: string]: PlainValue }): FieldTable {
  return Object.entries(values).map(([key, value]) => [key, fieldValue(value)] as const);
}

function fieldValue(value: PlainValue): FieldValue {
  if (value === null) return { tag: 'V', value };
  switch (typeof value) {
    case 'string':
      return { tag: 'S', value };
    case 'boolean':
      return { tag: 't', value };
    case 'bigint':
      return { tag: 'l', value };
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { tag: 'd', value };
      return Math.trunc(value) === (value | 0) ? { tag: 'I', value } : { tag: 'l', value: BigInt(value) };
    default:
      return compoundValue(value);
  }
}

function compoundValue(value: PlainValue & object): FieldValue {
  if (value instanceof Uint8Array) return { tag: 'x', value: Buffer.from(value) };
  if (isArray(value)) return { tag: 'A', value: value.map(fieldValue) };
  return { tag: 'F', value: table(value) };
}

/** `Array.isArray` does not narrow arrays that are readonly. */
function isArray(value: object): value is readonly PlainValue[] {
  return Array.isArray(value);
}

/**
 * A field table without its types, to compare and to show: what `table` takes. Integers that a `number`
 * holds exactly are numbers, whatever their type on the wire; decimals are text; of a key that is there twice,
 * the last one counts.
 */
export function plain(table: FieldTable): Record<string, PlainValue> {
  return Object.fromEntries(table.map(([key, value]) => [key.toString(), plainValue(value)]));
}

function plainValue(field: FieldValue): PlainValue {
  switch (field.tag) {
    case 'l':
    case 'L':
    case 'T':
      return Number.isSafeInteger(Number(field.value)) ? Number(field.value) : field.value;
    case 'D':
      return `${field.value.unscaled}e-${field.value.scale}`;
    case 'A':
      return field.value.map(plainValue);
    case 'F':
      return plain(field.value);
    default:
      return field.value;
  }
}
