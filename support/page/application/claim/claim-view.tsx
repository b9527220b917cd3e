import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Matrix, MatrixRow } from '../../../matrix/matrix.ts';
import type { View } from '../address.ts';
import { fragmentOf } from '../address.ts';
import { Command } from '../command.tsx';
import { Documentation, ViewLink } from '../links.tsx';
import { orders } from '../list/orders.ts';
import type { State } from '../state.ts';
import { regressionText, seenText } from '../../../verdict/regression-text.ts';
import { About } from './about.tsx';
import { chosenOutcome, outcomesOfClaim } from './chosen-outcome.ts';
import { useDetails } from './details.ts';
import { Judgement } from './judgement.tsx';
import { OutcomeLinks } from './outcome-links.tsx';
import { Seen } from './seen.tsx';
import { SeenToFail } from './seen-to-fail.tsx';

interface ClaimViewProps {
  matrix: Matrix;
  state: State;
  view: View & { at: 'claim' };
}

/** One claim: what it says, what each broker showed, what was seen, and how its spec was seen to fail. */
export function ClaimView({ matrix, state, view }: ClaimViewProps): VNode | null {
  const heading = useRef<HTMLHeadingElement>(null);
  const unpacked = useDetails(view.claim);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [view.claim]);
  const row = matrix.rows.find(({ id }) => id === view.claim);
  if (row === undefined) return null;
  const all = outcomesOfClaim(row, matrix.columns);
  const chosen = chosenOutcome(all, view);
  return (
    <article class="one-claim">
      <header>
        <Path rows={matrix.rows} row={row} state={state} />
        <h1 ref={heading} tabIndex={-1}>
          {row.says}
        </h1>
        <p class="sources">
          <span class="id">{row.id}</span>
          <Documentation row={row} />
        </p>
        <About row={row} />
      </header>
      <main>
        <OutcomeLinks row={row} outcomes={all} chosen={chosen} isNamed={matrix.columns.length > 1} />
        {chosen !== undefined && (
          <section aria-labelledby="seen">
            <h2 id="seen">
              What was seen{chosen.type !== undefined && ` with ${chosen.type} queues`}
              {matrix.columns.length > 1 && ` on ${chosen.column.title}`}
            </h2>
            <Judgement column={chosen.column} outcome={chosen.outcome} />
            {chosen.outcome !== undefined && (
              <Seen claim={row.id} column={chosen.column} queueType={chosen.type} unpacked={unpacked} />
            )}
            <h2>Run it again</h2>
            <Command text={rerun(chosen.column.rerun, row.id, chosen.type)} />
          </section>
        )}
        {chosen !== undefined && <SeenToFail row={row} chosen={chosen} unpacked={unpacked} />}
        <Regressions row={row} />
      </main>
    </article>
  );
}

/** The way back to the list, and on to the claims beside this one. */
function Path({ rows, row, state }: { rows: readonly MatrixRow[]; row: MatrixRow; state: State }): VNode {
  const { order, filter } = state;
  const index = rows.indexOf(row);
  const [before, after] = [rows[index - 1], rows[index + 1]];
  return (
    <nav class="path" aria-label="Beside this claim">
      <a href={fragmentOf({ at: 'list', order }, filter)}>← {orders[order]}</a>
      <span class="faint">
        {row.area} › {row.topic}
      </span>
      {before !== undefined && <ViewLink to={{ at: 'claim', claim: before.id }}>Previous claim</ViewLink>}
      {after !== undefined && <ViewLink to={{ at: 'claim', claim: after.id }}>Next claim</ViewLink>}
    </nav>
  );
}

function rerun(start: string | undefined, id: string, type: string | undefined): string {
  return [start ?? 'pnpm test', id, ...(type === undefined ? [] : ['--queue-type', type])].join(' ');
}

/** The bugs of released brokers that would have refuted it. */
function Regressions({ row: { regressions } }: { row: MatrixRow }): VNode | null {
  if (regressions.length === 0) return null;
  return (
    <section aria-labelledby="regressions">
      <h2 id="regressions">Bugs that released brokers had</h2>
      <ul class="about">
        {regressions.map((each) => (
          <li key={`${each.report} ${each.happened}`}>
            <a href={each.report} rel="noreferrer">
              {regressionText(each)}
            </a>
            ; {seenText(each)}.
          </li>
        ))}
      </ul>
    </section>
  );
}
