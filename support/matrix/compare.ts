import type { Matrix, MatrixCell, MatrixRow } from './matrix.ts';
import { areAlike, isJudged } from './page/outcomes.ts';

/** A claim of which two brokers show something else. */
export interface Difference extends Pick<MatrixRow, 'id' | 'area' | 'says' | 'documented'> {
  from: Pick<MatrixCell, 'verdict' | 'reason'>;
  to: Pick<MatrixCell, 'verdict' | 'reason'>;
}

/** A claim that could not be compared. */
export interface Incomparable extends Pick<MatrixRow, 'id' | 'area'> {
  why: string;
}

/** What changes for somebody who goes from one broker to another. */
export interface Comparison {
  from: { id: string; title: string };
  to: { id: string; title: string };
  /** In the order of the suite. */
  differences: Difference[];
  incomparable: Incomparable[];
  /** How many claims show the same on both. */
  same: number;
}

/**
 * Compares two columns of a matrix. Whether somebody has shown that a spec can fail is no difference between
 * brokers: proven and holds are the same here.
 */
export function compare({ columns, rows }: Matrix, from: string, to: string): Comparison {
  const titleOf = (id: string) => columns.find((column) => column.id === id)?.title ?? id;
  const comparison: Comparison = {
    from: { id: from, title: titleOf(from) },
    to: { id: to, title: titleOf(to) },
    differences: [],
    incomparable: [],
    same: 0,
  };
  for (const { id, area, says, documented, cells } of rows) {
    const [one, other] = [cells[from], cells[to]];
    const why = [whyNot(comparison.from.title, one), whyNot(comparison.to.title, other)].filter(
      (each) => each !== undefined,
    );
    if (one === undefined || other === undefined || why.length > 0)
      comparison.incomparable.push({ id, area, why: why.join('; ') });
    else if (areAlike(one.verdict, other.verdict)) comparison.same += 1;
    else comparison.differences.push({ id, area, says, documented, from: shown(one), to: shown(other) });
  }
  return comparison;
}

function whyNot(title: string, cell: MatrixCell | undefined): string | undefined {
  if (cell === undefined) return `${title}: no result`;
  return isJudged(cell.verdict) ? undefined : `${title}: ${cell.verdict}: ${cell.reason ?? ''}`;
}

function shown({ verdict, reason }: MatrixCell): Pick<MatrixCell, 'verdict' | 'reason'> {
  return { verdict, ...(reason === undefined ? {} : { reason }) };
}
