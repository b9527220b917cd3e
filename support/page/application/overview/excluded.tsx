import type { VNode } from 'preact';
import type { PageData } from '../../page-data.ts';

/** Documented behaviours of which no claim speaks, and why. */
export function Excluded({ excluded }: Pick<PageData, 'excluded'>): VNode | null {
  if (excluded.length === 0) return null;
  return (
    <section aria-labelledby="excluded">
      <h2 id="excluded">What no claim speaks of</h2>
      <details>
        <summary>{excluded.length} documented behaviours are excluded, each for a reason</summary>
        <ul class="attention">
          {excluded.map(({ id, says, because }) => (
            <li key={id}>
              {says} <span class="faint">{id}</span>
              <span class="reason">{because}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
