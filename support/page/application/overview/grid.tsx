import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';
import { groupedBy } from '../list/groups.ts';
import { everything } from '../list/filter.ts';
import { classOf } from '../marks/mark.tsx';
import { outcomeOf, outcomes } from '../marks/outcomes.ts';
import { moveInGrid } from './move-in-grid.ts';

interface GridProps {
  rows: readonly MatrixRow[];
  columns: readonly MatrixColumn[];
}

/** Every claim as a mark, by area; one line for each broker. */
export function Grid({ rows, columns }: GridProps): VNode {
  const [first] = rows;
  return (
    <section aria-labelledby="grid">
      <h2 id="grid">Every claim</h2>
      <p class="faint">
        Each mark is a claim, and leads to what was seen of it. Arrow keys move between marks.
      </p>
      <div class="grid" data-content onKeyDown={moveInGrid}>
        {groupedBy(rows, ({ area }) => area).map(([area, ofArea]) => (
          <div key={area} class="area" role="group" aria-label={area}>
            <h3>
              <a href={fragmentOf({ at: 'list', order: 'claims' }, { ...everything, area })} tabIndex={-1}>
                {area}
              </a>{' '}
              <span class="faint">{ofArea.length}</span>
            </h3>
            {columns.map((column) => (
              <div key={column.id} class="marks">
                {columns.length > 1 && <span class="broker faint">{column.title}</span>}
                {ofArea.map((row) => (
                  <GridMark
                    key={row.id}
                    row={row}
                    column={column}
                    isStop={row === first && column === columns[0]}
                  />
                ))}
              </div>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

interface GridMarkProps {
  row: MatrixRow;
  column: MatrixColumn;
  /** Whether the tab key stops here: at one mark of the grid; from there arrows lead on. */
  isStop: boolean;
}

function GridMark({ row, column, isStop }: GridMarkProps): VNode {
  const outcome = outcomeOf(row.cells[column.id]);
  const label = `${row.id}: ${outcome}`;
  return (
    <a
      class={classOf(outcome)}
      href={fragmentOf({ at: 'claim', claim: row.id, broker: column.id })}
      title={`${label}\n${row.says}`}
      aria-label={label}
      tabIndex={isStop ? 0 : -1}
    >
      {outcomes[outcome].sign}
    </a>
  );
}
