import type { Finding } from '../broker/profile.ts';
import type { Verdict } from './verdict.ts';

/** What the exit code of a run depends on. */
export interface RunOutcome {
  verdicts: readonly Verdict[];
  /** Wrong use or a broken set-up. */
  problems: readonly string[];
  interrupted: boolean;
  /** Where the broker contradicts its profile. */
  findings: readonly Finding[];
}

/**
 * - 0: everything is as expected.
 * - 1: a claim was violated, or the broker has other capabilities than its profile declares; a declared deviation
 *   that did not occur counts as a violation too.
 * - 2: wrong use or a broken set-up; no claim at all ran.
 * - 3: something could not run, or the run was interrupted.
 *
 * Where several are true the order is 2, 3, 1: a run that was set up wrongly says nothing for certain,
 * and one that is incomplete may hide more violations than it shows.
 */
export function exitCode({ verdicts, problems, interrupted, findings }: RunOutcome): 0 | 1 | 2 | 3 {
  if (problems.length > 0) return 2;
  if (interrupted || verdicts.includes('could not run')) return 3;
  if (verdicts.length === 0) return 2;
  return verdicts.includes('violated') || findings.some(({ about }) => about === 'capabilities') ? 1 : 0;
}
