import type { QueueType } from '../../../broker/queue-type.ts';
import type { MatrixColumn, MatrixOutcome, MatrixRow } from '../../../matrix/matrix.ts';
import { outcomesOf } from '../../../matrix/alike.ts';
import { outcomeNames, outcomeOf } from '../marks/outcomes.ts';

/** What one broker showed of a claim, with one type of queues where there are several. */
export interface OneOutcome {
  column: MatrixColumn;
  type: QueueType | undefined;
  /** Absent: there is no result. */
  outcome: MatrixOutcome | undefined;
}

/** All outcomes of a claim, broker by broker. */
export function outcomesOfClaim(row: MatrixRow, columns: readonly MatrixColumn[]): OneOutcome[] {
  return columns.flatMap((column): OneOutcome[] => {
    const cell = row.cells[column.id];
    if (cell === undefined) return [{ column, type: undefined, outcome: undefined }];
    return outcomesOf(cell).map(({ type, outcome }) => ({ column, type, outcome }));
  });
}

const badFirst = ['violated', 'could not run', 'deviates', ...outcomeNames] as const;

/** The outcome that an address asks for; where it leaves a choice, the one that most asks for attention. */
export function chosenOutcome(
  all: readonly OneOutcome[],
  { broker, queues }: { broker?: string | undefined; queues?: QueueType | undefined },
): OneOutcome | undefined {
  const fitting = all.filter(
    ({ column, type }) =>
      (broker === undefined || column.id === broker) && (queues === undefined || type === queues),
  );
  const candidates = fitting.length > 0 ? fitting : all.filter(({ column }) => column.id === broker);
  const placeOf = ({ outcome }: OneOutcome): number => badFirst.indexOf(outcomeOf(outcome));
  return [...(candidates.length > 0 ? candidates : all)].sort(
    (one, other) => placeOf(one) - placeOf(other),
  )[0];
}
