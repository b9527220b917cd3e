import { everything, type Filter, type Kind, kinds } from './filter.ts';

/** What the page shows. */
export type View =
  /** `claim`: the row to go to. */
  | { at: 'table'; claim?: string }
  | { at: 'cell'; column: string; claim: string }
  | { at: 'comparison'; columns: readonly [string, string] };

/** What stands after the `#`: `claim/consuming/round-robin?kind=differs`. */
export interface Address {
  view: View;
  /** Absent where the address says nothing of it. */
  filter?: Filter;
}

/** The fragment of a view, with its `#`; the filter stays as it is where none is given. */
export function fragmentOf({ view, filter = everything }: Address): string {
  const query = new URLSearchParams();
  if (filter.search !== '') query.set('search', filter.search);
  if (filter.kind !== 'all') query.set('kind', filter.kind);
  if (filter.brokers !== undefined) query.set('brokers', filter.brokers.join(' '));
  return `#${pathOf(view)}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function pathOf(view: View): string {
  return partsOf(view)
    .map((part) => encodeURIComponent(part).replaceAll('%2F', '/'))
    .join('/');
}

function partsOf(view: View): string[] {
  if (view.at === 'cell') return ['cell', view.column, view.claim];
  if (view.at === 'comparison') return ['compare', ...view.columns];
  return view.claim === undefined ? [] : ['claim', view.claim];
}

/** What a fragment asks for; the table where it says nothing known. */
export function addressOf(fragment: string): Address {
  const [path = '', query] = fragment.replace(/^#/, '').split(/\?(.*)/s);
  const view = viewOf(path.split('/').map(decoded));
  return query === undefined ? { view } : { view, filter: filterOf(new URLSearchParams(query)) };
}

function viewOf([kind, first = '', ...rest]: readonly string[]): View {
  if (kind === 'claim') return { at: 'table', claim: [first, ...rest].join('/') };
  if (kind === 'cell' && rest.length > 0) return { at: 'cell', column: first, claim: rest.join('/') };
  if (kind === 'compare' && rest[0] !== undefined) return { at: 'comparison', columns: [first, rest[0]] };
  return { at: 'table' };
}

function filterOf(query: URLSearchParams): Filter {
  const kind = query.get('kind');
  return {
    search: query.get('search') ?? '',
    kind: isKind(kind) ? kind : 'all',
    brokers: query.get('brokers')?.split(' '),
  };
}

function isKind(name: string | null): name is Kind {
  return name !== null && Object.hasOwn(kinds, name);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
