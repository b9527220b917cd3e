import type { VNode } from 'preact';
import type { MatrixColumn } from '../../../matrix/matrix.ts';

/** What an upgrade in place has changed in what the broker had. */
export function Upgraded({ upgraded }: Pick<MatrixColumn, 'upgraded'>): VNode | null {
  if (upgraded === undefined) return null;
  const { from, to, changes } = upgraded;
  return (
    <section aria-labelledby="upgraded">
      <h2 id="upgraded">
        What the upgrade from {from} to {to} changed
      </h2>
      {changes.length === 0 ? (
        <p>Nothing that its management API tells, beside the release.</p>
      ) : (
        <ul class="attention">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
