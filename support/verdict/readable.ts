import { chai } from 'vitest';
import { differences, isSame, textOf } from '../evidence/listed.ts';

/** A message that is longer, or leaves something out, is told anew. */
const longestMessage = 140;
const mostFields = 12;
const leavesOut = /…|\n|\b(?:Array|Object)\(\d+\)/;

/** What vitest's matchers say between what was seen and what was expected. */
const sentence =
  /^(?:(?<subject>[^]*?): )?expected [^]*? (?<verb>(?:not to|to not|to) (?:have property "[^"]*"|have a length of|deeply equal|strictly equal|match object|match|include|contain|be [a-z ]*[a-z]|be))(?!\w)/;

/**
 * Has an assertion of vitest say what differs: its own message leaves out most of a list or an object. What else was
 * thrown stays as it is: the matchers of this project tell it already.
 */
export function makeReadable(error: unknown): void {
  if (error instanceof chai.AssertionError) error.message = readable(error);
}

function readable({ message, ...values }: { message: string; actual?: unknown; expected?: unknown }): string {
  const plain = message.replace(' // Object.is equality', '').replaceAll(/\+0\b/g, '0');
  const said = sentence.exec(plain);
  const { subject, verb } = said?.groups ?? {};
  const isShort = plain.length <= longestMessage && !leavesOut.test(plain);
  if (verb === undefined || isShort) return plain;
  const about = subject === undefined ? '' : `${subject}: `;
  const { expected, actual } = values;
  const positive = !verb.includes('not');
  if (positive && isRecord(expected) && isRecord(actual)) {
    const fields = fieldsThatDiffer(expected, actual, []);
    const more = fields.length > mostFields ? [`  and ${fields.length - mostFields} more`] : [];
    return [`${about}not as expected:`, ...fields.slice(0, mostFields), ...more].join('\n');
  }
  return [
    // What a list is to contain stands in the message alone
    `${about}expected ${verb}${expected === undefined || verb.includes('property') ? plain.slice(said?.[0].length) : ` ${textOf(expected)}`}`,
    `Seen: ${textOf(actual)}`,
    ...(positive && Array.isArray(expected) && Array.isArray(actual) ? differences(expected, actual) : []),
  ].join('\n');
}

/** What has fields, and is neither a list nor stands for any value of some kind. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !('asymmetricMatch' in value)
  );
}

/** A line for each field that is not as expected, also of objects in objects. */
function fieldsThatDiffer(expected: unknown, seen: unknown, path: readonly string[]): string[] {
  if (isSame(expected, seen)) return [];
  if (isRecord(expected) && isRecord(seen)) {
    return Object.keys({ ...expected, ...seen }).flatMap((key) =>
      fieldsThatDiffer(expected[key], seen[key], [...path, key]),
    );
  }
  const whole = `expected ${textOf(expected)}, seen ${textOf(seen)}`;
  const told =
    whole.length > longestMessage && Array.isArray(expected) && Array.isArray(seen)
      ? differences(expected, seen).join(', ')
      : whole;
  return [`  ${path.join('.')}: ${told === '' ? whole : told}`];
}
