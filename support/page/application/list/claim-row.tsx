import { Component, type VNode } from 'preact';
import type { MatrixCell, MatrixColumn, MatrixOutcome, MatrixRow } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';
import { Sources } from '../links.tsx';
import { classOf, Mark, Sign } from '../marks/mark.tsx';
import { areAlike, outcomesOf } from '../../../matrix/alike.ts';
import { outcomeOf } from '../marks/outcomes.ts';
import { type Filter, shownOutcome } from './filter.ts';

interface ClaimRowProps {
  row: MatrixRow;
  columns: readonly MatrixColumn[];
  queues: Filter['queues'];
  /** Whether the reader comes back from this claim. */
  isTarget: boolean;
}

/** A claim, and its verdict on each broker. */
export class ClaimRow extends Component<ClaimRowProps> {
  /** Hundreds of rows stay the same while a reader types. */
  override shouldComponentUpdate({ row, columns, queues, isTarget }: ClaimRowProps): boolean {
    const { props } = this;
    return (
      row !== props.row || columns !== props.columns || queues !== props.queues || isTarget !== props.isTarget
    );
  }

  override render({ row, columns, queues, isTarget }: ClaimRowProps): VNode {
    return (
      <tr data-claim={row.id} role="row" class={isTarget ? 'claim target' : 'claim'}>
        <th role="rowheader" scope="row">
          <span class="says">{row.says}</span>
          <Sources row={row} />
        </th>
        {columns.map((column) => (
          <td key={column.id} role="cell">
            <Verdict row={row} column={column} queues={queues} />
          </td>
        ))}
      </tr>
    );
  }
}

interface VerdictProps {
  row: MatrixRow;
  column: MatrixColumn;
  queues: Filter['queues'];
}

function Verdict({ row, column, queues }: VerdictProps): VNode {
  const outcome = shownOutcome(row, column, queues);
  const name = outcomeOf(outcome);
  if (outcome === undefined) return <Mark outcome={name} />;
  const cell = row.cells[column.id];
  return (
    <a
      href={fragmentOf({ at: 'claim', claim: row.id, broker: column.id, queues: queues || undefined })}
      title={`${column.title}: ${outcome.reason ?? name}`}
    >
      <Mark outcome={name} />
      {queues === '' && cell !== undefined && <Types cell={cell} />}
    </a>
  );
}

/** The verdicts by queue type, where they differ. */
function Types({ cell }: { cell: MatrixCell }): VNode | null {
  const outcomes = outcomesOf(cell);
  const [first] = outcomes;
  const isLikeFirst = (other: MatrixOutcome): boolean =>
    first !== undefined && areAlike(first.outcome.verdict, other.verdict);
  if (outcomes.every(({ outcome }) => isLikeFirst(outcome))) return null;
  return (
    <span class="types">
      {outcomes.map(({ type, outcome }) => (
        <span key={type} class={`type ${classOf(outcome.verdict)}`}>
          <Sign outcome={outcome.verdict} /> {type} <span class="aloud">{outcome.verdict}</span>
        </span>
      ))}
    </span>
  );
}
