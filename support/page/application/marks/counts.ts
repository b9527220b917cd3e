import type { MatrixOutcome } from '../../../matrix/matrix.ts';
import type { Outcome } from '../../../matrix/alike.ts';
import { outcomeNames, outcomeOf } from './outcomes.ts';

/** How often each outcome occurred; those that never did are absent. In the order in which the page shows them. */
export type Counts = ReadonlyMap<Outcome, number>;

export function countsOf(outcomes: readonly (MatrixOutcome | undefined)[]): Counts {
  const counts = new Map<Outcome, number>(outcomeNames.map((outcome) => [outcome, 0]));
  for (const each of outcomes) {
    const outcome = outcomeOf(each);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}
