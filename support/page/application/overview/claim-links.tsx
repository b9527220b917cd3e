import type { VNode } from 'preact';
import type { MatrixRow } from '../../../matrix/matrix.ts';
import { ViewLink } from '../links.tsx';

/** Claims by their ids, each a link; folded where there are more than a few. */
export function ClaimLinks({ rows, broker }: { rows: readonly MatrixRow[]; broker: string }): VNode {
  const links = (
    <span class="claim-links">
      {rows.map(({ id }) => (
        <ViewLink key={id} to={{ at: 'claim', claim: id, broker }}>
          {id}
        </ViewLink>
      ))}
    </span>
  );
  if (rows.length <= 3) return links;
  return (
    <details>
      <summary>{rows.length} claims</summary>
      {links}
    </details>
  );
}
