import type { Deviation } from '../broker/profile.ts';
import type { ClaimOutcome } from './outcome.ts';

/** What a run says of a claim from which the broker is declared to deviate. */
export function judged(outcome: ClaimOutcome, deviation: Deviation | undefined): ClaimOutcome {
  if (deviation === undefined) return outcome;
  const declared = `${deviation.because} (${deviation.link})`;
  if (outcome.verdict === 'violated') return { ...outcome, verdict: 'deviates', reason: declared };
  if (outcome.verdict !== 'holds') return outcome;
  const reason = `The profile declares a deviation that does not occur: ${declared}`;
  return {
    ...outcome,
    verdict: 'violated',
    reason,
    errors: [{ name: 'DeclaredDeviationDidNotOccur', message: reason }],
  };
}
