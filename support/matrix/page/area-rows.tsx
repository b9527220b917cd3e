import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MatrixColumn } from '../matrix.ts';
import type { Area } from './areas.ts';
import { ClaimRow } from './claim-row.tsx';
import { countsOf } from './counts.ts';
import { Tally } from './mark.tsx';

interface AreaRowsProps {
  /** With the claims to show. */
  area: Area;
  /** With all its claims. */
  whole: Area;
  columns: readonly MatrixColumn[];
  isFolded: boolean;
  claim: string | undefined;
  fold(area: string): void;
}

/** An area: a row with its counts, and its claims by topic unless it is folded. */
export function AreaRows({ area, whole, columns, isFolded, claim, fold }: AreaRowsProps): VNode {
  const counts = useMemo(() => columns.map(({ id }) => countsOf(whole.rows, id)), [whole.name, columns]);
  const [shown, all] = [area.rows.length, whole.rows.length];
  return (
    <tbody role="rowgroup">
      <tr role="row" class="area">
        <th role="rowheader" scope="rowgroup">
          <button type="button" aria-expanded={!isFolded} onClick={() => fold(area.name)}>
            <span class="name">{area.name}</span>{' '}
            <span class="faint">
              {shown === all ? all : `${shown} of ${all}`} {all === 1 ? 'claim' : 'claims'}
            </span>
          </button>
        </th>
        {columns.map(({ id }, index) => (
          <td key={id} role="cell">
            <Tally counts={counts[index] ?? new Map()} />
          </td>
        ))}
      </tr>
      {!isFolded &&
        area.topics.flatMap((topic) => [
          <tr key={`topic ${topic.name}`} role="row" class="topic">
            <th role="rowheader" scope="row" colSpan={columns.length + 1}>
              {topic.name}
            </th>
          </tr>,
          ...topic.rows.map((row) => (
            <ClaimRow key={row.id} row={row} columns={columns} isTarget={row.id === claim} />
          )),
        ])}
    </tbody>
  );
}
