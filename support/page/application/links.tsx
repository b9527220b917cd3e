import type { ComponentChildren, VNode } from 'preact';
import type { MatrixRow } from '../../matrix/matrix.ts';
import { fragmentOf, type View } from './address.ts';

/** A link within the page. */
export function ViewLink({ to, children }: { to: View; children: ComponentChildren }): VNode {
  return <a href={fragmentOf(to)}>{children}</a>;
}

/** A claim's id, breakable after its area, and where it is documented. */
export function Sources({ row }: { row: MatrixRow }): VNode {
  return (
    <span class="sources">
      <span class="id">
        <ViewLink to={{ at: 'claim', claim: row.id }}>
          {row.area}/<wbr />
          {row.id.slice(row.area.length + 1)}
        </ViewLink>
      </span>
      <Documentation row={row} />
    </span>
  );
}

/** Where a claim is documented. */
export function Documentation({ row }: { row: Pick<MatrixRow, 'documented'> }): VNode {
  return (
    <>
      {row.documented.map(({ title, url }) => (
        <span key={`${title} ${url}`} class="source">
          <a href={url} rel="noreferrer">
            {title}
          </a>
        </span>
      ))}
    </>
  );
}
