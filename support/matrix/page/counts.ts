import type { MatrixRow } from '../matrix.ts';
import { type Outcome, outcomeNames, outcomeOf } from './outcomes.ts';

/** How often each outcome occurred; those that never did are absent. In the order in which the page shows them. */
export type Counts = ReadonlyMap<Outcome, number>;

export function countsOf(rows: readonly MatrixRow[], column: string): Counts {
  const counts = new Map<Outcome, number>(outcomeNames.map((outcome) => [outcome, 0]));
  for (const row of rows) {
    const outcome = outcomeOf(row.cells[column]);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}
