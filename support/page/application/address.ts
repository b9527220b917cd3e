import { type QueueType, queueTypes } from '../../broker/queue-type.ts';
import { everything, type Filter, proofKinds } from './list/filter.ts';
import { type Order, orders } from './list/orders.ts';
import type { Outcome } from '../../matrix/alike.ts';
import { outcomeNames } from './marks/outcomes.ts';

/** What the page shows. */
export type View =
  | { at: 'overview' }
  | { at: 'list'; order: Order }
  /** `broker`, `queues`: which of the outcomes is open. */
  | { at: 'claim'; claim: string; broker?: string | undefined; queues?: QueueType | undefined }
  /** `claim`: the difference to go to. */
  | { at: 'comparison'; brokers: readonly [string, string]; claim?: string | undefined };

/** What stands after the `#`: `consuming/round-robin?queues=quorum`, `claims?verdict=violated`. */
export interface Address {
  view: View;
  /** Lists have one, other views leave it as it is. */
  filter?: Filter;
}

/** The fragment of a view, with its `#`. */
export function fragmentOf(view: View, filter: Filter = everything): string {
  const query = new URLSearchParams(queryOf(view, filter));
  return `#${pathOf(view)}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function queryOf(view: View, filter: Filter): [string, string][] {
  if (view.at === 'list') return Object.entries(filter).flatMap(([name, value]) => parameter(name, value));
  if (view.at !== 'claim') return [];
  return [...parameter('broker', view.broker), ...parameter('queues', view.queues)];
}

function parameter(name: string, value: string | readonly string[] | undefined): [string, string][] {
  const text = typeof value === 'string' ? value : (value ?? []).join(' ');
  return text === '' ? [] : [[name, text]];
}

function pathOf(view: View): string {
  return partsOf(view)
    .map((part) => encodeURIComponent(part).replaceAll('%2F', '/'))
    .join('/');
}

function partsOf(view: View): string[] {
  if (view.at === 'overview') return [];
  if (view.at === 'list') return [view.order];
  if (view.at === 'claim') return [view.claim];
  return ['compare', ...view.brokers, ...(view.claim === undefined ? [] : [view.claim])];
}

/** What a fragment asks for; the overview where it says nothing known. */
export function addressOf(fragment: string): Address {
  const [path = '', search = ''] = fragment.replace(/^#/, '').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const [first = '', second, third, ...rest] = path.split('/').map(decoded);
  if (first === 'compare' && second !== undefined && third !== undefined) {
    const claim = rest.length === 0 ? undefined : rest.join('/');
    return { view: { at: 'comparison', brokers: [second, third], claim } };
  }
  if (isOrder(first)) return { view: { at: 'list', order: first }, filter: filterOf(query) };
  if (second === undefined) return { view: { at: 'overview' } };
  const broker = query.get('broker') ?? undefined;
  return { view: { at: 'claim', claim: decoded(path), broker, queues: queueTypeIn(query) } };
}

function filterOf(query: URLSearchParams): Filter {
  const text = (name: string): string => query.get(name) ?? '';
  const verdict = query.get('verdict');
  const proof = proofKinds.find((kind) => kind === query.get('proof'));
  return {
    search: text('search'),
    verdict: isVerdictFilter(verdict) ? verdict : '',
    area: text('area'),
    queues: queueTypeIn(query) ?? '',
    proof: proof ?? '',
    needs: text('needs'),
    brokers: query.get('brokers')?.split(' '),
  };
}

function queueTypeIn(query: URLSearchParams): QueueType | undefined {
  return queueTypes.find((type) => type === query.get('queues'));
}

function isVerdictFilter(name: string | null): name is Outcome | 'differs' {
  return name === 'differs' || outcomeNames.some((outcome) => outcome === name);
}

function isOrder(name: string): name is Order {
  return Object.hasOwn(orders, name);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
