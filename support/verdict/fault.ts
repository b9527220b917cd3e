import { chai } from 'vitest';
import { Unmet } from '../waiting/unmet.ts';
import { ConversationError, RefusedByBroker } from '../wire/index.ts';
import type { ReportedError } from './outcome.ts';

/**
 * What an error that ended a spec says:
 *
 * - `assertion`: what the spec expects of the broker did not come true.
 * - `refusal`: the broker refused what nobody expected it to refuse.
 * - `obstacle`: something else kept the spec from its assertions: a premise that did not come about, a lost connection,
 *   silence, a deadline of the harness, a mistake in the spec.
 */
type FaultKind = 'assertion' | 'refusal' | 'obstacle';

/** An error that ended a spec, as a verdict is made of it. Plain data. */
export interface Fault {
  kind: FaultKind;
  /** What it says, in a line or a few. */
  says: string;
}

/** What an error that ended a spec says, whatever was thrown. */
export function faultOf(error: unknown): Fault {
  return { kind: kindOf(error), says: firstLines(error) };
}

/** Whether it is an expectation that was not met: vitest's own, a matcher's, or that of a conversation on the wire. */
export function isAssertion(error: unknown): boolean {
  return (
    error instanceof chai.AssertionError ||
    error instanceof Unmet ||
    error instanceof ConversationError ||
    // vitest turns what a soft expectation throws into plain data, of which only the name tells what it was
    (isPlain(error) && error.name === 'AssertionError')
  );
}

function kindOf(error: unknown): FaultKind {
  if (isAssertion(error)) return 'assertion';
  return error instanceof RefusedByBroker ? 'refusal' : 'obstacle';
}

/** Plain data that stands for an error. */
function isPlain(error: unknown): error is { name?: unknown; message: unknown } {
  return (
    typeof error === 'object' &&
    error !== null &&
    !(error instanceof Error) &&
    typeof Reflect.get(error, 'message') === 'string'
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error || isPlain(error) ? String(error.message) : String(error);
}

/** What stands after an empty line, and the rest of a long message, is for who wants to know more. */
function firstLines(error: unknown): string {
  const [told = ''] = messageOf(error).split('\n\n');
  return told
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' ')
    .trim();
}

/** An error as reports show it: plain data. */
export function reported(error: unknown): ReportedError {
  if (!(error instanceof Error || isPlain(error))) return { name: 'Error', message: String(error) };
  const { name, stack, actual, expected } = error as Partial<Record<string, unknown>>;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: messageOf(error),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(expected === undefined ? {} : { expected: asText(expected) }),
    ...(actual === undefined ? {} : { actual: asText(actual) }),
  };
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  // JSON has no integers of 64 bits
  const plain = (_: string, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each);
  return JSON.stringify(value, plain, 2) ?? String(value);
}
