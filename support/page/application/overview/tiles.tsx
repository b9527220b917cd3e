import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';
import { everything } from '../list/filter.ts';
import { countsOf } from '../marks/counts.ts';
import { classOf, Mark } from '../marks/mark.tsx';
import { outcomes } from '../marks/outcomes.ts';

/** How many claims have each verdict, what it means, and a way to them. */
export function Tiles({ rows, column }: { rows: readonly MatrixRow[]; column: MatrixColumn }): VNode {
  const counts = countsOf(rows.map(({ cells }) => cells[column.id]));
  return (
    <ul class="tiles" aria-label="Claims by verdict">
      {[...counts].map(([outcome, count]) => (
        <li key={outcome} class={classOf(outcome)}>
          <a href={fragmentOf({ at: 'list', order: 'claims' }, { ...everything, verdict: outcome })}>
            <span class="count">{count}</span> <Mark outcome={outcome} />
            <span class="means">{outcomes[outcome].inShort}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
