import type { Deviation } from '../broker/profile.ts';
import type { Fault } from './fault.ts';
import type { ClaimOutcome, ReportedError } from './outcome.ts';
import type { Verdict } from './verdict.ts';

/** A verdict, and why; nothing to say for one that is good. */
export interface Judgement {
  verdict: Verdict;
  reason?: string;
}

/** What was seen of a spec that has ended. */
export interface Seen {
  /** Why its claim is not tried on this broker: it does not apply, or is not testable here. */
  unfit?: Judgement | undefined;
  /** What ended it, the failures of soft expectations among them; none: it passed. */
  faults: readonly Fault[];
  /** Why there is no broker any more to speak of. */
  gone?: string | undefined;
  /** Actors that lost their connection, which the spec did not end. */
  lost?: readonly { actor: string; why: string }[];
}

/**
 * The one decision: what a spec that has ended says of its claim.
 *
 * A claim is violated only when nothing but its own assertions failed, while there was a broker that answered, and
 * nobody lost the connection to it. In doubt it could not run: a red must never accuse a broker wrongly.
 */
export function judge({ unfit, faults, gone, lost = [] }: Seen): Judgement {
  if (unfit !== undefined) return unfit;
  const [first] = faults;
  if (first === undefined) return { verdict: 'holds' };
  if (gone !== undefined) return { verdict: 'could not run', reason: gone };
  const inTheWay = faults.find(({ kind }) => kind !== 'assertion');
  if (inTheWay !== undefined) {
    const { kind, says } = inTheWay;
    const reason = kind === 'refusal' ? `The broker refused what the spec takes for granted. ${says}` : says;
    return { verdict: 'could not run', reason };
  }
  const [loser] = lost;
  if (loser !== undefined) {
    return {
      verdict: 'could not run',
      reason: `${loser.actor} lost its connection, which the spec did not end: ${loser.why}`,
    };
  }
  return { verdict: 'violated', reason: first.says };
}

/** The same of a claim from which the broker is declared to deviate: that it does not is bad news too. */
export function withDeviation(outcome: ClaimOutcome, deviation: Deviation | undefined): ClaimOutcome {
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

/** How the runner ended the test of a spec. */
export interface Ended {
  /** What the spec left; absent where it never came to its end. */
  outcome: ClaimOutcome | undefined;
  /** The errors of the test, as the runner tells them. */
  errors: readonly ReportedError[];
  /** The errors of what is around it: failed hooks, a worker that died. */
  around: readonly ReportedError[];
  state: 'passed' | 'failed' | 'skipped' | 'pending';
  /** Why it was skipped. */
  note?: string | undefined;
}

/** Why a claim could not run whose spec never came to an end. */
export const workerDied = 'The spec did not end: the process that ran it died.';

/**
 * What a run says of a claim whose spec has ended, or should have: as the spec's outcome says. One that left none (it
 * ran into the runner's limit, its worker died, a hook failed) could not run. So could one that failed in another way
 * than its outcome says: by an error in its clean-up.
 */
export function concluded({
  outcome,
  errors,
  around,
  state,
  note,
}: Ended): Judgement & Pick<ClaimOutcome, 'errors'> {
  if (outcome === undefined) {
    const told = errors.length > 0 ? errors : around;
    const [first] = told;
    return {
      verdict: 'could not run',
      reason: first === undefined ? silentEnd(state, note) : firstLine(first.message),
      errors: [...told],
    };
  }
  const untold = errors.filter(({ message }) => !outcome.errors.some((error) => error.message === message));
  const failed = outcome.verdict === 'violated' || outcome.verdict === 'could not run';
  const [otherwise] = failed ? [] : untold;
  const { verdict, reason } =
    otherwise === undefined ? outcome : ({ verdict: 'could not run', reason: otherwise.message } as const);
  return { verdict, ...(reason === undefined ? {} : { reason }), errors: [...outcome.errors, ...untold] };
}

function silentEnd(state: Ended['state'], note: string | undefined): string {
  if (state === 'pending') return workerDied;
  if (state !== 'skipped') return 'The spec ended without a verdict.';
  return `The spec was skipped without a verdict${note === undefined ? '' : ` (${note})`}.`;
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}
