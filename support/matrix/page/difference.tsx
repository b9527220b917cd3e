import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../matrix.ts';
import { Judgement } from './judgement.tsx';
import { Sources, ViewLink } from './links.tsx';
import { Seen, useEvidence } from './seen.tsx';

interface DifferenceProps {
  row: MatrixRow;
  pair: readonly MatrixColumn[];
  /** Whether the timelines are in sight. */
  isUnfolded: boolean;
  unfold(isOpen: boolean): void;
}

/** A claim on which two brokers differ: both verdicts and, unfolded, both timelines, side by side. */
export function Difference({ row, pair, isUnfolded, unfold }: DifferenceProps): VNode {
  return (
    <article class="difference" aria-label={row.id}>
      <p class="says">{row.says}</p>
      <Sources row={row} />
      <div class="sides">
        {pair.map((column) => (
          <section key={column.id} aria-label={column.title}>
            <h4>
              <ViewLink to={{ at: 'cell', column: column.id, claim: row.id }}>{column.title}</ViewLink>
            </h4>
            <Judgement column={column} cell={row.cells[column.id]} />
          </section>
        ))}
      </div>
      <details
        open={isUnfolded}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open !== isUnfolded) unfold(currentTarget.open);
        }}
      >
        <summary>Timelines side by side</summary>
        {isUnfolded && <Timelines row={row} pair={pair} />}
      </details>
    </article>
  );
}

function Timelines({ row, pair }: Pick<DifferenceProps, 'row' | 'pair'>): VNode {
  const unpacked = useEvidence(row.id);
  return (
    <div class="sides">
      {pair.map((column) => (
        <section key={column.id} aria-label={column.title}>
          <Seen claim={row.id} column={column} unpacked={unpacked} />
        </section>
      ))}
    </div>
  );
}
