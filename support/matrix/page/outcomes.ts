import type { Verdict } from '../../verdict/verdict.ts';
import { verdictNames } from '../../verdict/style.ts';
import { type QueueType, queueTypes } from '../../broker/queue-type.ts';
import type { MatrixCell, MatrixOutcome } from '../matrix.ts';

/** What a cell says: the verdict, or that there is none. */
export type Outcome = Verdict | 'no result';

export interface OutcomeLook {
  /** Tells the outcome from the others without its colour. */
  sign: string;
  tone: 'good' | 'bad' | 'odd' | 'plain';
  /** How to judge a broker by it. */
  countsAs: string;
  /** For readers who know message brokers and have never heard of this project. */
  means: string;
}

export const outcomes: Record<Outcome, OutcomeLook> = {
  proven: {
    sign: '✓',
    tone: 'good',
    countsAs: 'good',
    means:
      'The broker does what the claim says. The spec that found this is known to be able to fail: it was run against brokers that are broken on purpose, and noticed every one of them.',
  },
  holds: {
    sign: '✓',
    tone: 'good',
    countsAs: 'good, yet unproven',
    means:
      'The broker does what the claim says, as far as the spec can see. Nobody has shown yet that this spec would notice a broker that does not.',
  },
  violated: {
    sign: '✗',
    tone: 'bad',
    countsAs: 'bad',
    means: 'The broker did something else than the claim says, and the spec saw it do so.',
  },
  deviates: {
    sign: '≠',
    tone: 'odd',
    countsAs: 'expected',
    means:
      'The broker does not do what the claim says, and that is known: the profile of this broker declares it, with the reason.',
  },
  'not applicable': {
    sign: '–',
    tone: 'plain',
    countsAs: 'neutral',
    means:
      'The documentation does not say this of the product or version at hand, so there was nothing to judge.',
  },
  'not testable': {
    sign: '?',
    tone: 'plain',
    countsAs: 'neutral',
    means:
      'The spec needs more than an AMQP connection, such as the management API or a restart, and could not have it here. Whether the broker keeps the claim is open.',
  },
  'could not run': {
    sign: '!',
    tone: 'bad',
    countsAs: 'bad, yet not a violation',
    means:
      'Something broke before the claim could be judged: the set-up, the test itself, or its time ran out. It says nothing about the claim.',
  },
  'no result': {
    sign: '·',
    tone: 'plain',
    countsAs: 'unknown',
    means:
      'The run on this broker never came to this claim: it ended early, or it was made with other claims.',
  },
};

/** In the order in which the page shows them. */
export const outcomeNames: readonly Outcome[] = [...verdictNames, 'no result'];

export function outcomeOf(cell: MatrixOutcome | undefined): Outcome {
  return cell?.verdict ?? 'no result';
}

/** The outcomes of a cell: one for each queue type, or one without where it knows none. */
export function outcomesOf(cell: MatrixCell): { type: QueueType | undefined; outcome: MatrixOutcome }[] {
  const { outcomes: typed = {} } = cell;
  const several = queueTypes.flatMap((type) => {
    const outcome = typed[type];
    return outcome === undefined ? [] : [{ type, outcome }];
  });
  return several.length === 0 ? [{ type: undefined, outcome: cell }] : several;
}

/** Whether two brokers show the same of a claim, with each queue type that both have. */
export function areCellsAlike(one: MatrixCell, other: MatrixCell): boolean {
  if (!areAlike(one.verdict, other.verdict)) return false;
  const ofOther = new Map(outcomesOf(other).map(({ type, outcome }) => [type, outcome.verdict]));
  return outcomesOf(one).every(({ type, outcome }) => {
    const verdict = ofOther.get(type);
    return verdict === undefined || areAlike(outcome.verdict, verdict);
  });
}

/** That a claim does not speak of a version tells that the version behaves otherwise. */
const judged: ReadonlySet<Outcome> = new Set(['violated', 'deviates', 'not applicable']);

/** Whether the outcome tells how the broker behaves. */
export function isJudged(outcome: Outcome): boolean {
  return isGood(outcome) || judged.has(outcome);
}

/** Whether two outcomes tell the same of the broker: proven and holds do. */
export function areAlike(one: Outcome, other: Outcome): boolean {
  return one === other || (isGood(one) && isGood(other));
}

function isGood(outcome: Outcome): boolean {
  return outcomes[outcome].tone === 'good';
}
