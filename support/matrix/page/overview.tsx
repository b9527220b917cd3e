import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Matrix } from '../matrix.ts';
import { areasOf } from './areas.ts';
import { Brokers } from './brokers.tsx';
import { Controls } from './controls.tsx';
import { type Filter, shownColumns, shownRows } from './filter.ts';
import { Glossary } from './glossary.tsx';
import { goToClaim } from './go-to.ts';
import { areaNamesOf, filteredBy, foldedOrNot, type State } from './state.ts';
import { Table } from './table.tsx';

interface OverviewProps {
  matrix: Matrix;
  state: State;
  setState(change: (state: State) => State): void;
}

/** All brokers and all claims. */
export function Overview({ matrix, state, setState }: OverviewProps): VNode {
  const { view, filter, folded, missing } = state;
  const columns = useMemo(() => shownColumns(matrix, filter), [matrix, filter.brokers]);
  const rows = useMemo(() => shownRows(matrix.rows, columns, filter), [matrix, columns, filter]);
  const areas = useMemo(() => areasOf(rows), [rows]);
  const claim = view.at === 'comparison' ? undefined : view.claim;
  useEffect(() => {
    if (claim !== undefined) goToClaim(claim);
  }, [view]);
  const setFilter = (changed: Partial<Filter>): void =>
    setState((before) => filteredBy(matrix, before, { ...before.filter, ...changed }));
  const foldAll = (fold: boolean): void =>
    setState((before) => ({ ...before, folded: fold ? areaNamesOf(matrix) : new Set() }));
  return (
    <>
      <a class="skip" href="#claims" onClick={toResults}>
        To the claims
      </a>
      <header>
        <h1>Brokers compared</h1>
        <p>
          What the documentation of AMQP 0-9-1 brokers says, tried on {matrix.columns.length}{' '}
          {matrix.columns.length === 1 ? 'broker' : 'brokers'}. Each verdict opens what was seen.{' '}
          <time class="faint" dateTime={matrix.madeAt}>
            {matrix.madeAt.slice(0, 16).replace('T', ' ')} UTC
          </time>
        </p>
        {missing !== undefined && (
          <p class="missing" role="alert">
            {missing}
          </p>
        )}
      </header>
      <main>
        <Brokers matrix={matrix} shown={columns} setBrokers={(brokers) => setFilter({ brokers })} />
        <section aria-labelledby="claims">
          <h2 id="claims" tabIndex={-1}>
            Claims
          </h2>
          <Controls
            matrix={matrix}
            columns={columns}
            filter={filter}
            shown={rows.length}
            setFilter={setFilter}
            foldAll={foldAll}
          />
          <Table
            matrix={matrix}
            columns={columns}
            areas={areas}
            folded={folded}
            claim={claim}
            fold={(area) => setState((before) => foldedOrNot(before, area))}
          />
          {rows.length === 0 && (
            <p class="nothing">
              No claim fits.{' '}
              <button type="button" onClick={() => setFilter({ search: '', kind: 'all' })}>
                Show all claims
              </button>
            </p>
          )}
        </section>
        <Glossary />
      </main>
    </>
  );
}

function toResults(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#claims')?.focus();
}
