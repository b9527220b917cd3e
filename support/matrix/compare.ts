import type { Matrix, MatrixCell, MatrixRow } from './matrix.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { areAlike, areCellsAlike, isJudged, outcomesOf } from './page/outcomes.ts';

/** A claim of which two brokers show something else. */
export interface Difference extends Pick<MatrixRow, 'id' | 'area' | 'says' | 'documented'> {
  /** With which queues alone they do; absent: with all, or the claim knows no types. */
  queueType?: QueueType;
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
  /** In the order of the suite; a claim has several where its queue types differ in several ways. */
  differences: Difference[];
  /** How many claims show something else. */
  differing: number;
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
    differing: 0,
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
    else if (areCellsAlike(one, other)) comparison.same += 1;
    else {
      comparison.differing += 1;
      for (const difference of differencesOf(one, other))
        comparison.differences.push({ id, area, says, documented, ...difference });
    }
  }
  return comparison;
}

/** By queue type, unless all types differ in the same verdicts. */
function differencesOf(one: MatrixCell, other: MatrixCell): Pick<Difference, 'queueType' | 'from' | 'to'>[] {
  const whole = { from: shown(one), to: shown(other) };
  const ofOther = new Map(outcomesOf(other).map(({ type, outcome }) => [type, outcome]));
  const pairs = outcomesOf(one).flatMap(({ type, outcome }) => {
    const its = ofOther.get(type);
    return type === undefined || its === undefined
      ? []
      : [{ queueType: type, from: shown(outcome), to: shown(its) }];
  });
  const differing = pairs.filter(({ from, to }) => !areAlike(from.verdict, to.verdict));
  const alike = differing.every(
    ({ from, to }) => areAlike(from.verdict, one.verdict) && areAlike(to.verdict, other.verdict),
  );
  return differing.length === 0 || (alike && differing.length === pairs.length) ? [whole] : differing;
}

function whyNot(title: string, cell: MatrixCell | undefined): string | undefined {
  if (cell === undefined) return `${title}: no result`;
  return isJudged(cell.verdict) ? undefined : `${title}: ${cell.verdict}: ${cell.reason ?? ''}`;
}

function shown({ verdict, reason }: MatrixCell): Pick<MatrixCell, 'verdict' | 'reason'> {
  return { verdict, ...(reason === undefined ? {} : { reason }) };
}
