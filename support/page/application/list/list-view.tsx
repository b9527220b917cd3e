import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Matrix, MatrixRow } from '../../../matrix/matrix.ts';
import { allFolded, filteredBy, foldedOrNot, isFolded, type State } from '../state.ts';
import { byArea } from './by-area.ts';
import { byDocumentation } from './by-documentation.ts';
import { byMutant } from './by-mutant.ts';
import { byRule } from './by-rule.ts';
import { byTutorial } from './by-tutorial.ts';
import { Controls } from './controls.tsx';
import { everything, leavesOut, shownColumns, shownRows } from './filter.ts';
import { goToClaim } from './go-to-claim.ts';
import { type Group, shownGroups } from './groups.ts';
import { type Order, orders } from './orders.ts';
import { Table } from './table.tsx';

interface ListViewProps {
  matrix: Matrix;
  state: State;
  order: Order;
  setState(change: (state: State) => State): void;
}

const groupings: Record<Order, (rows: readonly MatrixRow[]) => Group[]> = {
  claims: byArea,
  documentation: byDocumentation,
  rules: byRule,
  tutorials: byTutorial,
  mutants: byMutant,
};

/** What an order shows beside the claims. */
const introductions: Record<Order, string> = {
  claims: 'What the documentation says of a broker, by area and topic.',
  documentation:
    'The pages and sections of RabbitMQ’s documentation in their order, and under each what is claimed of it. Sections of which no claim speaks are there too; where that is meant to be so, with the reason.',
  rules:
    'The rules of AMQP 0-9-1 with their level, the side that implements the method of which they speak, and how RabbitMQ says that it keeps them; under each, the claims that try it.',
  tutorials: 'By the tutorials of the broker, and by the other documents from which claims were taken.',
  mutants:
    'Brokers that are wrong in one thing, on purpose: a claim that names one must turn red on it. What each spec said then stands with the claim.',
};

/** The claims in one of the orders, searched and filtered. */
export function ListView({ matrix, state, order, setState }: ListViewProps): VNode {
  const { filter, from } = state;
  const columns = useMemo(() => shownColumns(matrix, filter), [matrix, filter.brokers]);
  const rows = useMemo(() => shownRows(matrix.rows, columns, filter), [matrix, columns, filter]);
  const whole = useMemo(() => groupings[order](matrix.rows), [matrix, order]);
  const groups = useMemo(() => shownGroups(whole, new Set(rows), !leavesOut(filter)), [whole, rows, filter]);
  useEffect(() => {
    scrollTo(0, 0);
    if (from !== undefined) goToClaim(from);
  }, [order, from]);
  usePrinting(setState);
  const folded = new Set(
    groups.map(({ name }) => name).filter((name) => isFolded(state, name, matrix.rows.length)),
  );
  return (
    <>
      <header>
        <h1 tabIndex={-1}>{orders[order]}</h1>
        <p class="faint">{introductions[order]}</p>
      </header>
      <main>
        <Controls
          matrix={matrix}
          filter={filter}
          shown={rows.length}
          setFilter={(changed) => setState((before) => filteredBy(before, changed))}
          foldAll={(all) => setState((before) => allFolded(before, all))}
        />
        <Table
          matrix={matrix}
          columns={columns}
          queues={filter.queues}
          groups={groups}
          folded={folded}
          from={from}
          fold={(group) => setState((before) => foldedOrNot(before, group))}
        />
        {rows.length === 0 && (
          <p class="nothing">
            No claim fits.{' '}
            <button type="button" onClick={() => setState((before) => filteredBy(before, everything))}>
              Show all claims
            </button>
          </p>
        )}
      </main>
    </>
  );
}

/** A printed list has all its claims. */
function usePrinting(setState: ListViewProps['setState']): void {
  useEffect(() => {
    const unfold = (): void => setState((before) => allFolded(before, 'unfolded'));
    addEventListener('beforeprint', unfold);
    return () => removeEventListener('beforeprint', unfold);
  }, [setState]);
}
