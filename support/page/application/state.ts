import type { Matrix } from '../../matrix/matrix.ts';
import { addressOf, type View } from './address.ts';
import { everything, type Filter, leavesOut } from './list/filter.ts';
import type { Order } from './list/orders.ts';

/** All that the page remembers. */
export interface State {
  view: View;
  /** Of the lists; kept while the reader looks at one claim. */
  filter: Filter;
  /** The list to which a claim leads back. */
  order: Order;
  /** The claim from which the reader comes back. */
  from?: string | undefined;
  folding: Folding;
  /** What an address asked for that is not here. */
  missing?: string | undefined;
}

/** Which groups of a list are folded. */
interface Folding {
  /** `by size`: a long list begins folded, an overview first. */
  all: 'folded' | 'unfolded' | 'by size';
  /** The names of the groups that are otherwise. */
  except: ReadonlySet<string>;
}

const bySize: Folding = { all: 'by size', except: new Set() };

/** More claims than this, and a list begins folded. */
const mostUnfolded = 60;

/** The state with which the page begins at an address. */
export function stateAt(matrix: Matrix, fragment: string): State {
  const start: State = { view: { at: 'overview' }, filter: everything, order: 'claims', folding: bySize };
  return wentTo(matrix, start, fragment);
}

/** The state after the reader followed a link. */
export function wentTo(matrix: Matrix, state: State, fragment: string): State {
  const { view, filter } = addressOf(fragment);
  const missing = missingIn(matrix, view);
  if (missing !== undefined) return { ...state, view: { at: 'overview' }, missing };
  const from = state.view.at === 'claim' ? state.view.claim : undefined;
  const went = { ...state, view, from, missing };
  if (view.at !== 'list') return went;
  const isSame = state.order === view.order && JSON.stringify(state.filter) === JSON.stringify(filter);
  return {
    ...went,
    order: view.order,
    filter: filter ?? everything,
    folding: isSame ? state.folding : bySize,
  };
}

/** The state after the reader asked for other claims or brokers. */
export function filteredBy(state: State, changed: Partial<Filter>): State {
  return { ...state, filter: { ...state.filter, ...changed }, folding: bySize, from: undefined };
}

/** Whether a group of a list with so many claims is folded. */
export function isFolded({ folding, filter }: State, group: string, claims: number): boolean {
  const bySizeFolded = claims > mostUnfolded && !leavesOut(filter);
  const folded = folding.all === 'by size' ? bySizeFolded : folding.all === 'folded';
  return folding.except.has(group) ? !folded : folded;
}

export function foldedOrNot(state: State, group: string): State {
  const { all, except } = state.folding;
  const others = new Set([...except].filter((name) => name !== group));
  return { ...state, folding: { all, except: except.has(group) ? others : others.add(group) } };
}

export function allFolded(state: State, all: 'folded' | 'unfolded'): State {
  return { ...state, folding: { all, except: new Set() } };
}

function missingIn({ columns, rows }: Matrix, view: View): string | undefined {
  if (view.at === 'overview' || view.at === 'list') return undefined;
  const brokers = view.at === 'comparison' ? view.brokers : [view.broker].filter((id) => id !== undefined);
  const broker = brokers.find((id) => columns.every((column) => column.id !== id));
  if (broker !== undefined) return `This page has no broker ${broker}.`;
  const { claim } = view;
  if (claim === undefined || rows.some(({ id }) => id === claim)) return undefined;
  return `This page has no claim ${claim}.`;
}
