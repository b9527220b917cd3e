import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Matrix } from '../../matrix/matrix.ts';
import type { PageData } from '../page-data.ts';
import { fragmentOf, type View } from './address.ts';
import { ClaimView } from './claim/claim-view.tsx';
import { ComparisonView } from './comparison/comparison-view.tsx';
import { ListView } from './list/list-view.tsx';
import { orders } from './list/orders.ts';
import { Navigation } from './navigation.tsx';
import { Overview } from './overview/overview.tsx';
import { type State, stateAt, wentTo } from './state.ts';

/** Browsers refuse addresses that change with every key. */
const pauseBeforeAddressMs = 200;

export function App({ data }: { data: PageData }): VNode {
  const { matrix } = data;
  const [state, setState] = useState(() => stateAt(matrix, location.hash || (data.opensAt ?? '')));
  useAddress(matrix, state, setState);
  const pair = useMemo(() => pairOf(matrix, state.view), [matrix, state.view]);
  const { view } = state;
  return (
    <>
      <a class="skip" href="#content" onClick={toContent}>
        To the claims
      </a>
      <Navigation matrix={matrix} state={state} />
      {view.at === 'overview' && <Overview data={data} state={state} />}
      {view.at === 'list' && (
        <ListView matrix={matrix} state={state} order={view.order} setState={setState} />
      )}
      {view.at === 'claim' && <ClaimView matrix={matrix} state={state} view={view} />}
      {pair !== undefined && view.at === 'comparison' && (
        <ComparisonView matrix={matrix} pair={pair} claim={view.claim} />
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
      const fragment = fragmentOf(view, filter);
      // The reader may have followed a link since
      const isStill = location.hash === before;
      if (isStill && fragment !== (before || '#')) history.replaceState(null, '', fragment);
    }, pauseBeforeAddressMs);
    return () => clearTimeout(write);
  }, [matrix, view, filter]);
}

function titleOf({ columns }: Matrix, view: View): string {
  const titleOfColumn = (id: string): string => columns.find((column) => column.id === id)?.title ?? id;
  const [only] = columns;
  const about = columns.length === 1 && only !== undefined ? only.title : `${columns.length} brokers`;
  if (view.at === 'comparison') return `${view.brokers.map(titleOfColumn).join(' and ')} compared`;
  if (view.at === 'claim') return `${view.claim}: ${about}`;
  if (view.at === 'list') return `${orders[view.order]}: ${about}`;
  return `brokerproof: ${about}`;
}

function pairOf({ columns }: Matrix, view: View): Matrix['columns'] | undefined {
  if (view.at !== 'comparison') return undefined;
  return view.brokers.flatMap((id) => columns.filter((column) => column.id === id));
}

/** Past the navigation, into what each view has most of. */
function toContent(event: Event): void {
  event.preventDefault();
  const content = document.querySelector('[data-content]');
  const first =
    content?.querySelector<HTMLElement>('a:not([tabindex="-1"]), button') ??
    document.querySelector<HTMLElement>('h1');
  first?.focus();
}
