import type { Verdict } from './verdict.ts';

/**
 * From the worst to the one that says least against a broker. What is known to be violated is not hidden by what could
 * not run; that a claim does not speak of one queue type says nothing of the others.
 */
const fromWorst = [
  'violated',
  'could not run',
  'deviates',
  'not testable',
  'holds',
  'proven',
  'not applicable',
] as const satisfies readonly Verdict[];

/** The verdict of a claim that has several outcomes; `undefined` for none. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return fromWorst.find((verdict) => verdicts.includes(verdict));
}

/** The place of a verdict from the worst on, which is 0. */
export function badnessOf(verdict: Verdict): number {
  return fromWorst.indexOf(verdict);
}
