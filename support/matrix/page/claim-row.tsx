import { Component, type VNode } from 'preact';
import type { MatrixCell, MatrixColumn, MatrixRow } from '../matrix.ts';
import { fragmentOf } from './address.ts';
import { rowId } from './go-to.ts';
import { Sources } from './links.tsx';
import { classOf, Mark, Sign } from './mark.tsx';
import { areAlike, outcomeOf, outcomesOf } from './outcomes.ts';

interface ClaimRowProps {
  row: MatrixRow;
  columns: readonly MatrixColumn[];
  /** Whether the reader went to this claim. */
  isTarget: boolean;
}

/** Which queue types differ from the verdict of the cell, or rather from each other. */
function Types({ cell }: { cell: MatrixCell }): VNode | null {
  const outcomes = outcomesOf(cell);
  const [first] = outcomes;
  if (
    first === undefined ||
    outcomes.every(({ outcome }) => areAlike(outcome.verdict, first.outcome.verdict))
  )
    return null;
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

/** A claim, and its verdict on each broker. */
export class ClaimRow extends Component<ClaimRowProps> {
  /** Hundreds of rows stay the same while a reader types. */
  override shouldComponentUpdate({ row, columns, isTarget }: ClaimRowProps): boolean {
    return row !== this.props.row || columns !== this.props.columns || isTarget !== this.props.isTarget;
  }

  override render({ row, columns, isTarget }: ClaimRowProps): VNode {
    return (
      <tr id={rowId(row.id)} role="row" class={isTarget ? 'claim target' : 'claim'}>
        <th role="rowheader" scope="row">
          <span class="says">{row.says}</span>
          <Sources row={row} />
        </th>
        {columns.map(({ id, title }) => {
          const cell = row.cells[id];
          const outcome = outcomeOf(cell);
          return (
            <td key={id} role="cell">
              {cell === undefined ? (
                <Mark outcome={outcome} />
              ) : (
                <a
                  href={fragmentOf({ view: { at: 'cell', column: id, claim: row.id } })}
                  aria-haspopup="dialog"
                  title={`${title}: ${cell.reason ?? outcome}`}
                >
                  <Mark outcome={outcome} />
                  <Types cell={cell} />
                </a>
              )}
            </td>
          );
        })}
      </tr>
    );
  }
}
