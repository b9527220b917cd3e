import type { VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../../../matrix/matrix.ts';
import type { PageData } from '../../page-data.ts';
import { rateText, type SystematicCounts } from '../../../proof/systematic/rate.ts';
import { fragmentOf } from '../address.ts';
import { Command } from '../command.tsx';
import { everything } from '../list/filter.ts';
import { groupedBy } from '../list/groups.ts';
import { outcomesOf } from '../../../matrix/alike.ts';
import { ClaimLinks } from './claim-links.tsx';

/** How many claims are proven, since when, what would prove the rest, and which are not proven any more. */
export function Proofs({
  matrix: { columns, rows },
  systematic = {},
}: {
  matrix: PageData['matrix'];
  systematic: PageData['systematic'] | undefined;
}): VNode {
  return (
    <section aria-labelledby="proofs">
      <h2 id="proofs">Seen to fail</h2>
      <p>
        A spec that passes shows little until it was seen to fail. A claim is proven when its spec was run
        against each of its <a href={fragmentOf({ at: 'list', order: 'mutants' })}>mutants</a>, brokers that
        are wrong in one thing, and noticed every one.
      </p>
      {columns.map((column) => (
        <ProofsOf
          key={column.id}
          column={column}
          rows={rows}
          isNamed={columns.length > 1}
          systematic={systematic[column.id]}
        />
      ))}
    </section>
  );
}

interface ProofsOfProps {
  column: MatrixColumn;
  rows: readonly MatrixRow[];
  isNamed: boolean;
  systematic: SystematicCounts | undefined;
}

function ProofsOf({ column, rows, isNamed, systematic }: ProofsOfProps): VNode {
  const { id, title, rerun } = column;
  const cells = rows.flatMap(({ cells: { [id]: cell } }) => (cell === undefined ? [] : [cell]));
  const proven = cells.filter(({ verdict }) => verdict === 'proven');
  const dates = proven.flatMap((cell) => outcomesOf(cell).flatMap(({ outcome }) => outcome.provenAt ?? []));
  const last = dates.sort().at(-1);
  const unproven = cells.filter(({ verdict }) => verdict === 'holds').length;
  const holding = fragmentOf(
    { at: 'list', order: 'claims' },
    { ...everything, verdict: 'holds', ...(isNamed ? { brokers: [id] } : {}) },
  );
  return (
    <>
      <p>
        {isNamed && <strong>{title}: </strong>}
        {proven.length} of {cells.length} claims are proven
        {last !== undefined && (
          <>
            , last on <time dateTime={last}>{last.slice(0, 10)}</time>
          </>
        )}
        .{' '}
        {unproven > 0 && (
          <>
            <a href={holding}>{unproven === 1 ? 'One holds' : `${unproven} hold`}</a>, and nobody has seen yet
            that {unproven === 1 ? 'its spec' : 'their specs'} can fail; this command shows it:{' '}
            <Command text={(rerun ?? 'pnpm test').replace(/(?<=(?:pnpm|brokerproof) )test\b/, 'prove')} />
          </>
        )}
      </p>
      {systematic !== undefined && (
        <p>
          Of {systematic.mutants} more mutants that follow from the table of methods, each wrong in one field,
          property, argument or method, {systematic.killed} were noticed by a spec, and of{' '}
          {systematic.explained} it is known why nothing could: {rateText(systematic)}.
        </p>
      )}
      <Outdated rows={rows} broker={id} />
    </>
  );
}

/** Claims that were proven and are not any more, by what has changed since. */
function Outdated({ rows, broker }: { rows: readonly MatrixRow[]; broker: string }): VNode | null {
  const outdated = rows.flatMap((row) => {
    const cell = row.cells[broker];
    const whys = cell === undefined ? [] : outcomesOf(cell).map(({ outcome }) => outcome.outdated);
    const why = whys.find((each) => each !== undefined);
    return why === undefined ? [] : [{ row, why }];
  });
  if (outdated.length === 0) return null;
  return (
    <details>
      <summary>
        {outdated.length === 1 ? '1 claim was' : `${outdated.length} claims were`} proven, and not as things
        are now
      </summary>
      <ul class="attention">
        {groupedBy(outdated, ({ why }) => why).map(([why, claims]) => (
          <li key={why}>
            {why}
            <ClaimLinks rows={claims.map(({ row }) => row)} broker={broker} />
          </li>
        ))}
      </ul>
    </details>
  );
}
