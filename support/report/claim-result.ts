import { stripVTControlCharacters } from 'node:util';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';

import { type ClaimDescription, type ReportedError, workerDied } from '../verdict/outcome.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { isProven, type ProvenTrial } from '../proof/proof.ts';

/** What a run says of one claim: what all reports are made of. */
export interface ClaimResult {
  claim: ClaimDescription;
  verdict: Verdict;
  reason?: string;
  errors: ReportedError[];
  /** Milliseconds since the epoch; absent where the spec did not start. */
  startedAt?: number;
  /** Milliseconds. */
  duration: number;
  evidence?: Evidence;
  /** What the last trials against mutants showed, unless the spec file changed since. */
  trials: readonly ProvenTrial[];
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

function withoutOutcome(test: TestCase, own: ReportedError[]): { reason: string; errors: ReportedError[] } {
  const result = test.result();
  const errors = own.length > 0 ? own : errorsAround(test);
  const [first] = errors;
  if (first !== undefined) return { reason: first.message.split('\n')[0] ?? first.message, errors };
  if (result.state === 'skipped') {
    const note = result.note === undefined ? '' : ` (${result.note})`;
    return { reason: `The spec was skipped without a verdict${note}.`, errors };
  }
  return {
    reason: result.state === 'pending' ? workerDied : 'The spec ended without a verdict.',
    errors,
  };
}

/**
 * The result of a claim whose spec has ended, or should have.
 *
 * A spec that left no outcome (it ran into vitest's timeout, its worker died, a hook failed) could not
 * run. So could one that failed in another way than its outcome says: an error in its clean-up.
 *
 * @returns `undefined` for a test that is no claim
 */
export function claimResultOf(test: TestCase): ClaimResult | undefined {
  const { claim, outcome } = test.meta();
  if (claim === undefined) return undefined;
  const diagnostic = test.diagnostic();
  const common = {
    claim,
    trials: [],
    ...(diagnostic === undefined ? {} : { startedAt: diagnostic.startTime }),
    duration: diagnostic?.duration ?? 0,
  };
  const own = (test.result().errors ?? []).map(reported);
  if (outcome === undefined) return { ...common, verdict: 'could not run', ...withoutOutcome(test, own) };

  const told = outcome.errors.map(reported);
  const untold = own.filter(({ message }) => !told.some((error) => error.message === message));
  const failedOtherwise =
    untold[0] !== undefined && outcome.verdict !== 'violated' && outcome.verdict !== 'could not run';
  const reason = failedOtherwise ? untold[0]?.message : outcome.reason;
  return {
    ...common,
    verdict: failedOtherwise ? 'could not run' : outcome.verdict,
    ...(reason === undefined ? {} : { reason: plain(reason) }),
    errors: [...told, ...untold],
    ...(outcome.evidence === undefined ? {} : { evidence: outcome.evidence }),
  };
}

/** The same with what is known of how its spec fails: a claim that holds is proven, if all its mutants were killed. */
export function withTrials(result: ClaimResult, trials: readonly ProvenTrial[]): ClaimResult {
  return {
    ...result,
    trials,
    verdict:
      result.verdict === 'holds' && isProven(trials, result.claim.refutedBy) ? 'proven' : result.verdict,
  };
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What went wrong, all of it: the reason, and each error's message that says more; nothing twice. */
export function messagesOf({ claim, reason, errors }: ClaimResult): string[] {
  const messages = errors.map(({ message }) =>
    [`${claim.id} is violated: ${claim.says}`, `${claim.id} could not run: `]
      .reduce((text, opening) => (text.startsWith(opening) ? text.slice(opening.length) : text), message)
      .trim(),
  );
  const told = messages.some((message) => inOneLine(message).includes(inOneLine(reason ?? '')));
  return [...new Set([...(reason === undefined || told ? [] : [reason]), ...messages])];
}
