import { inspect, isDeepStrictEqual } from 'node:util';
import { shortened, shortenedInside } from './printable.ts';

/** So many elements that say the same, or count on, are told as one. */
const fewestToFold = 4;
const longestElement = 72;
const longestList = 400;

/** A list on one line, in which a reader finds what is in it: `["1" to "99", "101", undefined ×7]`. */
export function listed(values: readonly unknown[]): string {
  const parts: string[] = [];
  let length = 0;
  for (let from = 0; from < values.length;) {
    const run = runAt(values, from);
    const part = textOfRun(values, from, run);
    length += part.length + 2;
    if (length > longestList) {
      parts.push(`and ${values.length - from} more`);
      break;
    }
    parts.push(part);
    from += run;
  }
  return `[${parts.join(', ')}]`;
}

/** What of a list is missing, what is too much, and else where the order differs; none: they say the same. */
export function differences(
  expected: readonly unknown[],
  seen: readonly unknown[],
  { inAnyOrder = false }: { inAnyOrder?: boolean } = {},
): string[] {
  const missing = without(expected, seen);
  const tooMany = without(seen, expected);
  if (missing.length > 0 || tooMany.length > 0) {
    const [one, other] = [missing[0], tooMany[0]];
    // Where they have nothing in common, it is to be seen without that
    const inCommon = missing.length < expected.length && tooMany.length < seen.length;
    return [
      ...(missing.length === 0 || !inCommon ? [] : [`Missing: ${listed(missing)}`]),
      ...(tooMany.length === 0 || !inCommon ? [] : [`Too many: ${listed(tooMany)}`]),
      ...(typeof one === 'string' && typeof other === 'string' && one.length > longestElement
        ? [`They differ ${difference(one, other)}`]
        : []),
    ];
  }
  if (inAnyOrder) return [];
  const at = expected.findIndex((each, index) => !isSame(each, seen[index]));
  if (at === -1) return [];
  return [
    `Another order from number ${at + 1} on: expected ${textOf(expected[at])}, seen ${textOf(seen[at])}`,
  ];
}

/** How a value is told on one line. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return listed(value);
  if (typeof value === 'string') return JSON.stringify(shortenedInside(value, longestElement));
  if (isMatcher(value)) return `${value.toString()}<${textOf(value.sample)}>`;
  if (typeof value === 'function') return value.name;
  if (typeof value === 'object' && value !== null) {
    const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 4, maxArrayLength: 10 });
    return shortened(text, longestList);
  }
  return Object.is(value, -0) ? '0' : String(value);
}

/** How many elements from here on are equal, or texts or numbers of which each follows on the other. */
function runAt(values: readonly unknown[], from: number): number {
  for (const next of [isSame, following]) {
    let run = 1;
    while (from + run < values.length && next(values[from + run - 1], values[from + run])) run += 1;
    if (run >= fewestToFold) return run;
  }
  return 1;
}

function textOfRun(values: readonly unknown[], from: number, run: number): string {
  const first = textOf(values[from]);
  if (run === 1) return first;
  return isSame(values[from], values[from + 1])
    ? `${first} ×${run}`
    : `${first} to ${textOf(values[from + run - 1])}`;
}

/** Whether a value is this one, or fits where any of some kind is expected. */
export function isSame(expected: unknown, seen: unknown): boolean {
  return isMatcher(expected) ? expected.asymmetricMatch(seen) : isDeepStrictEqual(expected, seen);
}

/** `expect.stringContaining('…')`, for example. */
interface Matcher {
  sample: unknown;
  asymmetricMatch(seen: unknown): boolean;
  toString(): string;
}

function isMatcher(value: unknown): value is Matcher {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
}

function following(one: unknown, other: unknown): boolean {
  if (typeof one === 'string' && typeof other === 'string')
    return /^\d{1,15}$/.test(one) && other === String(Number(one) + 1);
  return typeof one === 'number' && other === one + 1;
}

/** What is in the one list and not, or not as often, in the other. */
function without(all: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = [...others];
  return all.filter((each) => {
    const place = left.findIndex((other) => isSame(each, other) || isSame(other, each));
    if (place !== -1) left.splice(place, 1);
    return place === -1;
  });
}

/** Where two long texts part. */
function difference(expected: string, seen: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === seen[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 8), at + 24));
  return `from character ${at + 1} on: expected ${around(expected)}, seen ${around(seen)}`;
}
