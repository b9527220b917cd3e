import type { Outcome } from '../../../matrix/alike.ts';
import { verdictNames } from '../../../verdict/style.ts';
import type { MatrixOutcome } from '../../../matrix/matrix.ts';

interface OutcomeLook {
  /** Tells the outcome from the others without its colour. */
  sign: string;
  tone: 'good' | 'bad' | 'odd' | 'plain';
  /** How to judge a broker by it. */
  countsAs: string;
  /** In a few words. */
  inShort: string;
  /** For readers who know message brokers and have never heard of this project. */
  means: string;
}

export const outcomes: Record<Outcome, OutcomeLook> = {
  proven: {
    sign: '✓',
    tone: 'good',
    countsAs: 'good',
    inShort: 'as documented, by a spec that was seen to fail',
    means:
      'The broker does what the claim says. The spec that found this is known to be able to fail: it was run against brokers that are broken on purpose, and noticed every one of them.',
  },
  holds: {
    sign: '✓',
    tone: 'good',
    countsAs: 'good, yet unproven',
    inShort: 'as documented; nobody has seen the spec fail yet',
    means:
      'The broker does what the claim says, as far as the spec can see. Nobody has shown yet that this spec would notice a broker that does not.',
  },
  violated: {
    sign: '✗',
    tone: 'bad',
    countsAs: 'bad',
    inShort: 'not as documented',
    means: 'The broker did something else than the claim says, and the spec saw it do so.',
  },
  deviates: {
    sign: '≠',
    tone: 'odd',
    countsAs: 'expected',
    inShort: 'not as documented, which is known',
    means:
      'The broker does not do what the claim says, and that is known: the profile of this broker declares it, with the reason.',
  },
  'not applicable': {
    sign: '–',
    tone: 'plain',
    countsAs: 'neutral',
    inShort: 'not documented for this broker',
    means:
      'The documentation does not say this of the product or version at hand, so there was nothing to judge.',
  },
  'not testable': {
    sign: '?',
    tone: 'plain',
    countsAs: 'neutral',
    inShort: 'needs what was not there',
    means:
      'The spec needs more than an AMQP connection, such as the management API or a restart, and could not have it here. Whether the broker keeps the claim is open.',
  },
  'could not run': {
    sign: '!',
    tone: 'bad',
    countsAs: 'bad, yet not a violation',
    inShort: 'broke before it could be judged',
    means:
      'Something broke before the claim could be judged: the set-up, the test itself, or its time ran out. It says nothing about the claim.',
  },
  'no result': {
    sign: '·',
    tone: 'plain',
    countsAs: 'unknown',
    inShort: 'the run never came to it',
    means:
      'The run on this broker never came to this claim: it ended early, or it was made with other claims.',
  },
};

/** In the order in which the page shows them. */
export const outcomeNames: readonly Outcome[] = [...verdictNames, 'no result'];

export function outcomeOf(cell: MatrixOutcome | undefined): Outcome {
  return cell?.verdict ?? 'no result';
}
