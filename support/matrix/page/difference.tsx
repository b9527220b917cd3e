import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../matrix.ts';
import { Judgement } from './judgement.tsx';
import { Sources, ViewLink } from './links.tsx';
import { outcomesOf } from './outcomes.ts';
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
            <Judgements row={row} column={column} />
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

function typesOf(row: MatrixRow, column: MatrixColumn): ReturnType<typeof outcomesOf> {
  const cell = row.cells[column.id];
  return cell === undefined ? [] : outcomesOf(cell);
}

/** One for each queue type. */
function Judgements({ row, column }: { row: MatrixRow; column: MatrixColumn }): VNode {
  const typed = typesOf(row, column);
  return (
    <>
      {typed.length === 0 && <Judgement column={column} cell={undefined} />}
      {typed.map(({ type, outcome }) => (
        <Judgement key={type} column={column} cell={outcome} queueType={type} />
      ))}
    </>
  );
}

function Timelines({ row, pair }: Pick<DifferenceProps, 'row' | 'pair'>): VNode {
  const unpacked = useEvidence(row.id);
  return (
    <div class="sides">
      {pair.map((column) => (
        <section key={column.id} aria-label={column.title}>
          {typesOf(row, column).map(({ type }) => (
            <Seen key={type} claim={row.id} column={column} queueType={type} unpacked={unpacked} />
          ))}
        </section>
      ))}
    </div>
  );
}
