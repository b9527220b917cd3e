import type { VNode } from 'preact';
import type { MatrixColumn } from '../../../matrix/matrix.ts';

interface FactsProps {
  column: MatrixColumn;
  claims: number;
  /** Where the Allure report of the same run lies. */
  allure: string | undefined;
}

/** Which broker it was, from where, when, and how long it took. */
export function Facts({ column, claims, allure }: FactsProps): VNode {
  const { provider, source, profile, startedAt, endedAt } = column;
  return (
    <dl class="facts">
      <Fact name="Provider">
        {source === provider ? source : [provider, source].filter(Boolean).join(', ')}
      </Fact>
      <Fact name="Profile">{profile ?? 'none: nothing is expected of it but what is documented'}</Fact>
      {startedAt !== undefined && endedAt !== undefined && (
        <>
          <Fact name="When">
            <time dateTime={startedAt}>{startedAt.slice(0, 16).replace('T', ' ')} UTC</time>
          </Fact>
          <Fact name="Took">{secondsBetween(startedAt, endedAt)}</Fact>
        </>
      )}
      <Fact name="Claims">{String(claims)}</Fact>
      {allure !== undefined && (
        <Fact name="Beside it">
          <a href={allure}>the Allure report</a>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: VNode | string }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `41 s`; at least one second. */
export function secondsBetween(startedAt: string, endedAt: string): string {
  return `${Math.max(1, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))} s`;
}
