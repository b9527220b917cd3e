import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Matrix } from '../matrix.ts';
import { fragmentOf, type View } from './address.ts';
import { ComparisonView } from './comparison-view.tsx';
import { EvidenceDialog } from './evidence-dialog.tsx';
import { Overview } from './overview.tsx';
import { type State, stateAt, wentTo } from './state.ts';

/** Browsers refuse addresses that change with every key. */
const pauseBeforeAddressMs = 200;

export function App({ matrix }: { matrix: Matrix }): VNode {
  const [state, setState] = useState(() => stateAt(matrix, location.hash));
  useAddress(matrix, state, setState);
  const pair = useMemo(() => pairOf(matrix, state.view), [matrix, state.view]);
  return (
    <>
      {pair === undefined ? (
        <Overview matrix={matrix} state={state} setState={setState} />
      ) : (
        <ComparisonView matrix={matrix} pair={pair} />
      )}
      {state.view.at === 'cell' && (
        <EvidenceDialog matrix={matrix} column={state.view.column} claim={state.view.claim} />
      )}
    </>
  );
}

type SetState = (change: (state: State) => State) => void;

/** Keeps address and state the same: the address survives reload, and back and forward work. */
function useAddress(matrix: Matrix, state: State, setState: SetState): void {
  const { view, filter } = state;
  useEffect(() => {
    const follow = (): void => setState((before) => wentTo(matrix, before, location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [matrix, setState]);
  useEffect(() => {
    document.title = titleOf(matrix, view);
    const before = location.hash;
    const write = setTimeout(() => {
      const fragment = fragmentOf({ view, filter });
      // The reader may have followed a link since
      const isStill = location.hash === before;
      if (isStill && fragment !== (before || '#')) history.replaceState(null, '', fragment);
    }, pauseBeforeAddressMs);
    return () => clearTimeout(write);
  }, [matrix, view, filter]);
}

function titleOf(matrix: Matrix, view: View): string {
  const columnTitle = (id: string): string => matrix.columns.find((column) => column.id === id)?.title ?? id;
  if (view.at === 'comparison') return `${view.columns.map(columnTitle).join(' and ')} compared`;
  if (view.at === 'cell') return `${view.claim} on ${columnTitle(view.column)}`;
  return view.claim === undefined ? 'Brokers compared' : `${view.claim}: brokers compared`;
}

function pairOf({ columns }: Matrix, view: View): Matrix['columns'] | undefined {
  if (view.at !== 'comparison') return undefined;
  return view.columns.flatMap((id) => columns.filter((column) => column.id === id));
}
