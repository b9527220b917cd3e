import type { Verdict } from './verdict.ts';

/** What a spec is tried against, to show that it can fail. Plain data. */
export interface Trial {
  mutant: {
    name: string;
    /** Completes "A broker that …". */
    says: string;
    /** Why it kills specs of claims that it does not refute, as a sentence. */
    widely?: string;
  };
  /**
   * - `refutation`: the claim declares that the mutant refutes it.
   * - `green`: a control under which every spec must pass.
   * - `red`: a control under which no spec may pass.
   * - `cross`: a mutant that another claim declares.
   * - `systematic`: a mutant that no claim declares, as it follows from the table of methods.
   */
  kind: 'refutation' | 'green' | 'red' | 'cross' | 'systematic';
}

/** How a trial ended. */
export const trialResults = {
  killed: "The claim's own assertion failed, and the mutant had fired.",
  survived: 'The mutant fired, and the spec passed all the same.',
  'never fired': 'The mutant found nothing to do, so nothing was shown.',
  void: 'The spec failed, but not by an assertion of its own: set-up, the harness, another error.',
  'not applicable': 'No proxy can make this broker so, for the reason that the mutant gives.',
  'not tried':
    'The claim does not apply to this broker, is not testable here, or the broker deviates from it.',
  held: 'The spec passed under a control that changes nothing that a claim speaks of.',
  broken: 'The spec failed under a control that changes nothing that a claim speaks of.',
  red: 'The spec failed against a broker that does nothing right.',
  vacuous: 'The spec passed against a broker that does nothing right: it proves nothing.',
  coupled: 'The spec failed under a mutant that its claim does not declare, and nothing says why.',
  explained:
    'The spec failed under a mutant that its claim does not declare, and the mutant says why it does.',
  indifferent: 'The spec passed, or could not run, under a mutant that is not its own.',
} as const;
export type TrialResult = keyof typeof trialResults;

/** Those that fail the gate. */
export const badResults: ReadonlySet<TrialResult> = new Set([
  'survived',
  'never fired',
  'void',
  'broken',
  'vacuous',
  'coupled',
]);

/** What a trial showed. */
export function resultOf({ kind, mutant }: Trial, verdict: Verdict, fired: number): TrialResult {
  if (verdict === 'not applicable' || verdict === 'not testable' || verdict === 'deviates')
    return 'not tried';

  const passed = verdict === 'holds' || verdict === 'proven';
  if (kind === 'green') return passed ? 'held' : 'broken';
  if (kind === 'red') return passed ? 'vacuous' : 'red';
  if (kind === 'cross') {
    if (verdict !== 'violated' || fired === 0) return 'indifferent';
    return mutant.widely === undefined ? 'coupled' : 'explained';
  }
  if (verdict === 'could not run') return 'void';
  if (fired === 0) return 'never fired';
  return passed ? 'survived' : 'killed';
}

/** A trial that has ended, as a proof keeps it. */
export interface ProvenTrial {
  mutant: string;
  /** Completes "A broker that …". */
  says: string;
  result: TrialResult;
  /** What the spec said when it failed. */
  message?: string | undefined;
}

/**
 * Whether trials show that a spec can fail, and only when it should: each declared mutant that applies to the
 * broker was killed, and there was one, and no control went wrong.
 */
export function isProven(trials: readonly ProvenTrial[], refutedBy: readonly { name: string }[]): boolean {
  const declared = new Map(trials.map(({ mutant, result }) => [mutant, result]));
  const results = refutedBy.map(({ name }) => declared.get(name));
  return (
    results.includes('killed') &&
    results.every((result) => result === 'killed' || result === 'not applicable') &&
    !trials.some(({ result }) => result !== 'coupled' && badResults.has(result))
  );
}

/** A claim that holds is proven where trials show that its spec can fail. */
export function withTrials(
  verdict: Verdict,
  trials: readonly ProvenTrial[],
  refutedBy: readonly { name: string }[],
): Verdict {
  return verdict === 'holds' && isProven(trials, refutedBy) ? 'proven' : verdict;
}
