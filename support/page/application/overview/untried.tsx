import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../../../matrix/matrix.ts';
import { Linked } from '../linked.tsx';
import { groupedBy } from '../list/groups.ts';
import { Mark } from '../marks/mark.tsx';
import { outcomesOf } from '../../../matrix/alike.ts';
import { ClaimLinks } from './claim-links.tsx';

const told = ['deviates', 'not applicable', 'not testable'] as const;

/** What was not judged by its sentence, and why: the reason, and then the claims. */
export function Untried({
  rows,
  column,
}: {
  rows: readonly MatrixRow[];
  column: MatrixColumn;
}): VNode | null {
  const reasons = told.flatMap((verdict) =>
    reasonsOf(rows, column, verdict).map(([reason, claims]) => ({ verdict, reason, claims })),
  );
  if (reasons.length === 0) return null;
  return (
    <section aria-labelledby="untried">
      <h2 id="untried">What was not tried, or is known to be otherwise, and why</h2>
      <ul class="attention">
        {reasons.map(({ verdict, reason, claims }) => (
          <li key={`${verdict} ${reason}`}>
            <Mark outcome={verdict} />{' '}
            <span class="reason">
              <Linked text={reason} />
            </span>
            <ClaimLinks rows={claims} broker={column.id} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The claims by their reasons; a claim with two queue types may have two. */
function reasonsOf(
  rows: readonly MatrixRow[],
  { id }: MatrixColumn,
  verdict: (typeof told)[number],
): [string, MatrixRow[]][] {
  const each = rows.flatMap((row) => {
    const cell = row.cells[id];
    const own =
      cell === undefined ? [] : outcomesOf(cell).filter(({ outcome }) => outcome.verdict === verdict);
    return [...new Set(own.map(({ outcome }) => outcome.reason ?? 'No reason was given.'))].map((reason) => ({
      row,
      reason,
    }));
  });
  return groupedBy(each, ({ reason }) => reason)
    .map(([reason, claims]): [string, MatrixRow[]] => [reason, claims.map(({ row }) => row)])
    .sort(([, one], [, other]) => other.length - one.length);
}
