import type { FieldTable, FieldValue } from '../../wire/index.ts';
import type { KnownKey } from './known-keys.ts';

type Text = FieldTable[number][0];

/** Another text; what is one of several words that are legal there becomes the next of them. */
export function otherText(text: Text, legal: readonly string[] = []): Text {
  const at = legal.indexOf(text.toString());
  if (at >= 0) return legal[(at + 1) % legal.length] ?? '';
  return typeof text === 'string' ? `${text}-other` : Buffer.concat([text, Buffer.from('-other')]);
}

/** Much more, so that whoever waits for it notices; at most so much. */
export function raised(value: number, most: number): number {
  return Math.min(value * 100 + 1, most);
}

/** Half of it. */
export function lowered(value: number): number {
  return Math.floor(value / 2);
}

/** The largest numbers that an integer of a table can hold, by its tag. */
const largest = {
  b: 0x7f,
  B: 0xff,
  s: 0x7f_ff,
  U: 0x7f_ff,
  u: 0xff_ff,
  I: 0x7f_ff_ff_ff,
  i: 0xff_ff_ff_ff,
} as const;

/** Another value of the same type. */
export function otherValue(field: FieldValue, legal: readonly string[] = []): FieldValue {
  switch (field.tag) {
    case 't':
      return { tag: 't', value: field.value === false };
    case 'S':
      return { tag: 'S', value: otherText(field.value, legal) };
    case 'l':
    case 'L':
    case 'T':
      return { ...field, value: field.value + 3_600n };
    case 'A':
      return { tag: 'A', value: field.value.slice(1) };
    case 'F':
      return { tag: 'F', value: field.value.slice(1) };
    default:
      return field.tag in largest
        ? ofNumber(field, (value, most) => (value < most ? value + 1 : 0))
        : { tag: 'V', value: null };
  }
}

/** The same with another number; what is no number stays as it is. @param to is told the largest as well */
export function ofNumber(field: FieldValue, to: (value: number, most: number) => number): FieldValue {
  switch (field.tag) {
    case 'b':
    case 'B':
    case 's':
    case 'U':
    case 'u':
    case 'I':
    case 'i':
      return { tag: field.tag, value: to(field.value, largest[field.tag]) };
    case 'l':
    case 'L':
      return { tag: field.tag, value: BigInt(to(Number(field.value), Number.MAX_SAFE_INTEGER)) };
    default:
      return field;
  }
}

/** The value of a key, which is left out, added or made another. @param to `undefined` in and out: it is not there */
export function withKey(
  table: FieldTable,
  key: string,
  to: (value: FieldValue | undefined) => FieldValue | undefined,
): FieldTable {
  const known = table.find(([name]) => name.toString() === key);
  const value = to(known?.[1]);
  if (value === known?.[1]) return table;
  const others = table.filter((entry) => entry !== known);
  return value === undefined ? others : [...others, [key, value]];
}

interface ChangeOfKey {
  /** `dropped` */
  what: string;
  /** Completes "hears queue.declare …". */
  says: string;
  to: (value: FieldValue | undefined) => FieldValue | undefined;
}

/** What can be done with a key that a table may have; where it is not there, only one thing: it is added. */
export function changesOfKey(key: string, { value: like, isNotAdded, legal, most }: KnownKey): ChangeOfKey[] {
  const ifThere =
    (to: (value: FieldValue) => FieldValue | undefined): ChangeOfKey['to'] =>
    (value) =>
      value === undefined ? undefined : to(value);
  const number = (to: (value: number, most: number) => number): ChangeOfKey['to'] =>
    ifThere((value) => ofNumber(value, to));
  const other: ChangeOfKey[] = isNumber(like)
    ? [
        {
          what: 'raised',
          says: `with a much greater ${key}`,
          to: number((value, largest) => raised(value, Math.min(largest, most ?? largest))),
        },
        { what: 'lowered', says: `with half of ${key}`, to: number(lowered) },
      ]
    : [{ what: 'other', says: `with another ${key}`, to: ifThere((value) => otherValue(value, legal)) }];
  return [
    { what: 'dropped', says: `without ${key}`, to: ifThere(() => undefined) },
    ...other,
    ...(isNotAdded === true
      ? []
      : [
          {
            what: 'added',
            says: `with a ${key} that was not there`,
            to: (value?: FieldValue) => value ?? like,
          },
        ]),
  ];
}

function isNumber({ tag }: FieldValue): boolean {
  return tag in largest || tag === 'l' || tag === 'L';
}
