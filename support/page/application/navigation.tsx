import type { VNode } from 'preact';
import type { Matrix } from '../../matrix/matrix.ts';
import { fragmentOf, type View } from './address.ts';
import { everything } from './list/filter.ts';
import { type Order, orders } from './list/orders.ts';
import type { State } from './state.ts';

/** Where one can go: the first screen, the claims in each order, and the comparison where there are several brokers. */
export function Navigation({ matrix: { columns }, state }: { matrix: Matrix; state: State }): VNode {
  const { view, filter } = state;
  const [one, other] = columns.map(({ id }) => id);
  const names = Object.keys(orders).filter((name): name is Order => name in orders);
  return (
    <nav class="navigation" aria-label="Views">
      <Item to={{ at: 'overview' }} isHere={view.at === 'overview'}>
        Overview
      </Item>
      {names.map((order) => (
        <Item
          key={order}
          to={{ at: 'list', order }}
          filter={filter}
          isHere={view.at === 'list' && view.order === order}
        >
          {orders[order]}
        </Item>
      ))}
      {one !== undefined && other !== undefined && (
        <Item to={{ at: 'comparison', brokers: [one, other] }} isHere={view.at === 'comparison'}>
          Comparison
        </Item>
      )}
    </nav>
  );
}

interface ItemProps {
  to: View;
  filter?: State['filter'];
  isHere: boolean;
  children: string;
}

function Item({ to, filter = everything, isHere, children }: ItemProps): VNode {
  return (
    <a href={fragmentOf(to, filter)} aria-current={isHere ? 'page' : undefined}>
      {children}
    </a>
  );
}
