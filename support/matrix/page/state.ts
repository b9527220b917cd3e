import type { Matrix } from '../matrix.ts';
import { addressOf, type View } from './address.ts';
import { everything, type Filter, leavesOut, shownColumns, shownRows } from './filter.ts';

/** All that the page remembers. */
export interface State {
  view: View;
  filter: Filter;
  /** The names of the areas whose claims are out of sight. */
  folded: ReadonlySet<string>;
  /** What an address asked for that is not here. */
  missing?: string | undefined;
}

/** More claims than this, and the page begins with its areas folded: an overview first. */
const mostUnfolded = 60;

/** The state with which the page begins at an address. */
export function stateAt(matrix: Matrix, fragment: string): State {
  return wentTo(
    matrix,
    { view: { at: 'table' }, filter: everything, folded: foldedAtFirst(matrix) },
    fragment,
  );
}

/** The state after the reader followed a link; a claim that a filter or a folded area hides comes to light. */
export function wentTo(matrix: Matrix, state: State, fragment: string): State {
  const { view, filter = state.filter } = addressOf(fragment);
  const missing = missingIn(matrix, view);
  const filtered = filter === state.filter ? state : filteredBy(matrix, state, filter);
  if (missing !== undefined) return { ...filtered, view: { at: 'table' }, missing };
  const wanted = view.at === 'comparison' ? undefined : view.claim;
  const row = matrix.rows.find(({ id }) => id === wanted);
  if (row === undefined) return { ...filtered, view, missing };
  const isShown = shownRows([row], shownColumns(matrix, filter), filter).length > 0;
  return {
    view,
    filter: isShown ? filter : { ...everything, brokers: filter.brokers },
    folded: without(filtered.folded, row.area),
  };
}

/** The state after the reader asked for other claims or brokers. */
export function filteredBy(matrix: Matrix, { view, filter: before, folded }: State, filter: Filter): State {
  const sameClaims = before.search === filter.search && before.kind === filter.kind;
  const foldedNow = leavesOut(filter) ? new Set<string>() : foldedAtFirst(matrix);
  return {
    // The claim to which the reader went may be out of sight now
    view: view.at === 'table' ? { at: 'table' } : view,
    filter,
    folded: sameClaims ? folded : foldedNow,
  };
}

export function foldedOrNot(state: State, area: string): State {
  const folded = state.folded.has(area) ? without(state.folded, area) : new Set([...state.folded, area]);
  return { ...state, folded };
}

/** The names of all areas. */
export function areaNamesOf({ rows }: Matrix): Set<string> {
  return new Set(rows.map(({ area }) => area));
}

function foldedAtFirst(matrix: Matrix): ReadonlySet<string> {
  return matrix.rows.length > mostUnfolded ? areaNamesOf(matrix) : new Set();
}

function without(names: ReadonlySet<string>, name: string): Set<string> {
  return new Set([...names].filter((other) => other !== name));
}

function missingIn({ columns, rows }: Matrix, view: View): string | undefined {
  const claim = view.at === 'comparison' ? undefined : view.claim;
  const wanted = view.at === 'comparison' ? view.columns : view.at === 'cell' ? [view.column] : [];
  const column = wanted.find((id) => columns.every((other) => other.id !== id));
  if (column !== undefined) return `This page has no broker ${column}.`;
  if (claim === undefined || rows.some(({ id }) => id === claim)) return undefined;
  return `This page has no claim ${claim}.`;
}
