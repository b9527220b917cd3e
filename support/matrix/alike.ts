import { type QueueType, queueTypes } from '../broker/queue-type.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { MatrixCell, MatrixOutcome } from './matrix.ts';

/** What a cell says: the verdict, or that there is none. */
export type Outcome = Verdict | 'no result';

/** The outcomes of a cell: one for each queue type, or one without where it knows none. */
export function outcomesOf(cell: MatrixCell): { type: QueueType | undefined; outcome: MatrixOutcome }[] {
  const { outcomes: typed = {} } = cell;
  const several = queueTypes.flatMap((type) => {
    const outcome = typed[type];
    return outcome === undefined ? [] : [{ type, outcome }];
  });
  return several.length === 0 ? [{ type: undefined, outcome: cell }] : several;
}

/** Whether two outcomes tell the same of the broker: proven and holds do. */
export function areAlike(one: Outcome, other: Outcome): boolean {
  return one === other || (isGood(one) && isGood(other));
}

/** Whether the spec ran, and told how the broker behaves. */
export function wasSeen(outcome: Outcome): boolean {
  return isGood(outcome) || outcome === 'violated' || outcome === 'deviates';
}

function isGood(outcome: Outcome): boolean {
  return outcome === 'proven' || outcome === 'holds';
}
