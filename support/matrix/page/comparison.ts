import type { Matrix, MatrixColumn, MatrixRow } from '../matrix.ts';
import { groupedBy } from './areas.ts';
import { areCellsAlike, isJudged, type Outcome, outcomeOf } from './outcomes.ts';

/** Why one broker of a pair shows nothing of a claim. */
export interface Obstacle {
  column: MatrixColumn;
  outcome: Outcome;
  reason: string | undefined;
}

/** Claims that could not be compared for the same reason. */
export interface Incomparable {
  obstacles: Obstacle[];
  rows: MatrixRow[];
}

/** How two brokers compare. */
export interface Comparison {
  differing: MatrixRow[];
  agreeing: MatrixRow[];
  /** The reasons that stand in the way of most claims come first. */
  incomparable: Incomparable[];
}

/** Proven and holds count as the same; only claims for which both brokers were judged are compared. */
export function comparisonOf({ rows }: Matrix, pair: readonly MatrixColumn[]): Comparison {
  const obstaclesBy = new Map(rows.map((row) => [row, obstaclesOf(row, pair)]));
  const compared = rows.filter((row) => obstaclesBy.get(row)?.length === 0);
  const agrees = ({ cells }: MatrixRow): boolean => {
    const [one, other] = pair.map(({ id }) => cells[id]);
    return one !== undefined && other !== undefined && areCellsAlike(one, other);
  };
  const groups = groupedBy(
    rows.filter((row) => !compared.includes(row)),
    (row) => JSON.stringify(obstaclesBy.get(row)),
  );
  return {
    differing: compared.filter((row) => !agrees(row)),
    agreeing: compared.filter(agrees),
    incomparable: groups
      .map(([, ofGroup]) => ({
        obstacles: ofGroup[0] === undefined ? [] : (obstaclesBy.get(ofGroup[0]) ?? []),
        rows: ofGroup,
      }))
      .sort((one, other) => other.rows.length - one.rows.length),
  };
}

function obstaclesOf({ cells }: MatrixRow, pair: readonly MatrixColumn[]): Obstacle[] {
  return pair.flatMap((column) => {
    const cell = cells[column.id];
    const outcome = outcomeOf(cell);
    if (isJudged(outcome)) return [];
    return [{ column, outcome, reason: cell === undefined ? column.failure : cell.reason }];
  });
}
