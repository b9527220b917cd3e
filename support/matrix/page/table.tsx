import type { VNode } from 'preact';
import type { Matrix, MatrixColumn } from '../matrix.ts';
import { AreaRows } from './area-rows.tsx';
import { type Area, areasOf } from './areas.ts';
import { moveByArrows } from './arrows.ts';

/** More brokers than this, and the words of the verdicts are left to screen readers. */
const mostWithWords = 7;

interface TableProps {
  matrix: Matrix;
  columns: readonly MatrixColumn[];
  /** Those with claims that the filter lets through. */
  areas: readonly Area[];
  folded: ReadonlySet<string>;
  /** The claim to which the reader went. */
  claim: string | undefined;
  fold(area: string): void;
}

/** Claims as rows, brokers as columns. */
export function Table({ matrix, columns, areas, folded, claim, fold }: TableProps): VNode {
  const whole = new Map(areasOf(matrix.rows).map((area) => [area.name, area]));
  return (
    <table
      class={`matrix ${columns.length > mostWithWords ? 'crowded' : ''}`}
      style={{ '--columns': columns.length }}
      role="table"
      aria-labelledby="claims"
      onKeyDown={moveByArrows}
    >
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="claim">
            Claim
          </th>
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col" class="broker" title={column.title}>
              <span class="title">{column.title}</span>
              {column.failure !== undefined && (
                <span class="failure" title={column.failure}>
                  {column.failure}
                </span>
              )}
            </th>
          ))}
        </tr>
      </thead>
      {areas.map((area) => (
        <AreaRows
          key={area.name}
          area={area}
          whole={whole.get(area.name) ?? area}
          columns={columns}
          isFolded={folded.has(area.name)}
          claim={area.rows.some(({ id }) => id === claim) ? claim : undefined}
          fold={fold}
        />
      ))}
    </table>
  );
}
