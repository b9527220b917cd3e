import type { VNode } from 'preact';
import type { Incomparable } from './comparison.ts';
import { ViewLink } from './links.tsx';
import { Mark } from './mark.tsx';
import { outcomes } from './outcomes.ts';

/** Claims that could not be compared, and why. */
export function Obstacles({ group: { obstacles, rows } }: { group: Incomparable }): VNode {
  return (
    <div class="incomparable">
      {obstacles.map(({ column, outcome, reason }) => (
        <p key={column.id}>
          <strong>{column.title}</strong> <Mark outcome={outcome} />{' '}
          <span class="reason">{reason ?? outcomes[outcome].means}</span>
        </p>
      ))}
      <details>
        <summary>
          {rows.length} {rows.length === 1 ? 'claim' : 'claims'}
        </summary>
        <ul>
          {rows.map(({ id, says }) => (
            <li key={id}>
              <ViewLink to={{ at: 'table', claim: id }}>{id}</ViewLink> {says}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
