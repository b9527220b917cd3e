import { Fragment, type VNode } from 'preact';
import type { MatrixColumn } from '../../../matrix/matrix.ts';
import { countsOf } from '../marks/counts.ts';
import { Tally } from '../marks/mark.tsx';
import { ClaimRow } from './claim-row.tsx';
import { type Filter, shownOutcome } from './filter.ts';
import { claimsOf, type Group, type Part } from './groups.ts';

interface GroupRowsProps {
  /** With the claims to show. */
  group: Group;
  columns: readonly MatrixColumn[];
  queues: Filter['queues'];
  isFolded: boolean;
  from: string | undefined;
  fold(group: string): void;
}

/** A group: a row with its counts, and its claims by part unless it is folded. */
export function GroupRows({ group, columns, queues, isFolded, from, fold }: GroupRowsProps): VNode {
  const claims = claimsOf(group);
  return (
    <tbody role="rowgroup">
      <tr role="row" class="group">
        <th role="rowheader" scope="rowgroup">
          <button type="button" aria-expanded={!isFolded} onClick={() => fold(group.name)}>
            <span class="name">{group.name}</span> <span class="faint">{inWords(claims.length)}</span>
          </button>
          {group.url !== undefined && (
            <a class="outside" href={group.url} rel="noreferrer" aria-label={`Read ${group.name}`}>
              read
            </a>
          )}
        </th>
        {columns.map((column) => (
          <td key={column.id} role="cell">
            <Tally counts={countsOf(claims.map((row) => shownOutcome(row, column, queues)))} />
          </td>
        ))}
      </tr>
      {!isFolded &&
        group.parts.map((part) => (
          <Fragment key={part.name}>
            <PartHead part={part} columns={columns} />
            {part.rows.map((row) => (
              <ClaimRow key={row.id} row={row} columns={columns} queues={queues} isTarget={row.id === from} />
            ))}
          </Fragment>
        ))}
    </tbody>
  );
}

function PartHead({ part: { name, url, notes = [], rows }, columns }: PartHeadProps): VNode {
  return (
    <tr role="row" class={rows.length === 0 ? 'part empty' : 'part'}>
      <th role="rowheader" scope="row" colSpan={columns.length + 1}>
        {url === undefined ? (
          name
        ) : (
          <a href={url} rel="noreferrer">
            {name}
          </a>
        )}
        {notes.map((note) => (
          <Fragment key={note}>
            {' '}
            <span class="note">{note}</span>
          </Fragment>
        ))}
      </th>
    </tr>
  );
}

interface PartHeadProps {
  part: Part;
  columns: readonly MatrixColumn[];
}

function inWords(claims: number): string {
  if (claims === 0) return 'no claim';
  return claims === 1 ? '1 claim' : `${claims} claims`;
}
