import { stripVTControlCharacters } from 'node:util';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';

import type { QueueType } from '../broker/queue-type.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { concluded } from '../verdict/decide.ts';
import type { ClaimDescription, ReportedError } from '../verdict/outcome.ts';
import type { ProvenTrial } from '../verdict/trial.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What a run says of one claim, with one type of queues: what all reports are made of. */
export interface ClaimResult {
  claim: ClaimDescription;
  /** Absent where the claim, or the broker, knows none. */
  queueType?: QueueType;
  verdict: Verdict;
  reason?: string;
  errors: ReportedError[];
  /** Milliseconds since the epoch; absent where the spec did not start. */
  startedAt?: number;
  /** Milliseconds. */
  duration: number;
  evidence?: Evidence;
  /** What the last trials against mutants showed, unless what made it changed since. */
  trials: readonly ProvenTrial[];
  /** When these showed that the spec can fail, and only when it should: a date or a moment, in ISO 8601. */
  provenAt?: string;
  /** That it was proven, and is not any more since what made the proof has changed: a sentence. */
  outdated?: string;
}

interface VitestError {
  name?: string;
  message: string;
  stack?: string | undefined;
  expected?: unknown;
  actual?: unknown;
}

function plain(text: string): string {
  return stripVTControlCharacters(text);
}

function reported({ name, message, stack, expected, actual }: VitestError): ReportedError {
  return {
    name: name ?? 'Error',
    message: plain(message),
    ...(stack === undefined ? {} : { stack: plain(stack) }),
    ...(typeof expected === 'string' ? { expected } : {}),
    ...(typeof actual === 'string' ? { actual } : {}),
  };
}

/** Errors of the suites and the file around a spec: failed hooks, a worker that died. */
function errorsAround(test: TestCase): ReportedError[] {
  const errors: ReportedError[] = [];
  let around: TestSuite | TestModule | undefined = test.parent;
  while (around !== undefined) {
    errors.push(...around.errors().map(reported));
    around = around.type === 'suite' ? around.parent : undefined;
  }
  return errors;
}

/**
 * The result of a claim whose spec has ended, or should have.
 *
 * @returns `undefined` for a test that is no claim, and for one that a broker without queue types makes superfluous
 */
export function claimResultOf(test: TestCase): ClaimResult | undefined {
  const { claim, outcome, superfluous, queueType } = test.meta();
  if (claim === undefined || superfluous === true) return undefined;
  // Of one that left no outcome it is known with which it was to run
  const type = outcome === undefined ? queueType : outcome.queueType;
  const diagnostic = test.diagnostic();
  const result = test.result();
  const { verdict, reason, errors } = concluded({
    outcome: outcome && { ...outcome, errors: outcome.errors.map(reported) },
    errors: (result.errors ?? []).map(reported),
    around: errorsAround(test),
    state: result.state,
    note: result.state === 'skipped' ? result.note : undefined,
  });
  return {
    claim,
    ...(type === undefined ? {} : { queueType: type }),
    trials: [],
    ...(diagnostic === undefined ? {} : { startedAt: diagnostic.startTime }),
    duration: diagnostic?.duration ?? 0,
    verdict,
    ...(reason === undefined ? {} : { reason: plain(reason) }),
    errors,
    ...(outcome?.evidence === undefined ? {} : { evidence: outcome.evidence }),
  };
}

/** What was seen while each spec ran, by the names of the outcomes. */
export function evidenceOf(results: readonly ClaimResult[]): ReadonlyMap<string, Evidence> {
  return new Map(
    results.flatMap(({ claim, queueType, evidence }) =>
      evidence === undefined ? [] : [[outcomeName(claim.id, queueType), evidence] as const],
    ),
  );
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What went wrong, all of it: the reason, and each error's message that says more; nothing twice. */
export function messagesOf({ reason, errors }: ClaimResult): string[] {
  const messages = errors.map(({ message }) => message.trim());
  const told = messages.some((message) => inOneLine(message).includes(inOneLine(reason ?? '')));
  return [...new Set([...(reason === undefined || told ? [] : [reason]), ...messages])];
}
