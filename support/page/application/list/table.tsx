import type { VNode } from 'preact';
import type { Matrix, MatrixColumn } from '../../../matrix/matrix.ts';
import { moveByArrows } from './arrows.ts';
import type { Filter } from './filter.ts';
import { GroupRows } from './group-rows.tsx';
import type { Group } from './groups.ts';

/** More brokers than this, and the words of the verdicts are left to screen readers. */
const mostWithWords = 7;

interface TableProps {
  matrix: Matrix;
  columns: readonly MatrixColumn[];
  queues: Filter['queues'];
  /** With the claims that the filter lets through. */
  groups: readonly Group[];
  folded: ReadonlySet<string>;
  /** The claim from which the reader comes back. */
  from: string | undefined;
  fold(group: string): void;
}

/** Claims as rows, brokers as columns. */
export function Table({ columns, queues, groups, folded, from, fold }: TableProps): VNode {
  return (
    <table
      class={`matrix ${columns.length > mostWithWords ? 'crowded' : ''}`}
      style={{ '--columns': columns.length }}
      role="table"
      aria-label="Claims"
      data-content
      onKeyDown={moveByArrows}
    >
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="claim">
            Claim
          </th>
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col" class="broker" title={column.title}>
              <span class="title">{column.title}</span>
              {column.failure !== undefined && (
                <span class="failure" title={column.failure}>
                  {column.failure}
                </span>
              )}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <GroupRows
          key={group.name}
          group={group}
          columns={columns}
          queues={queues}
          isFolded={folded.has(group.name)}
          from={from}
          fold={fold}
        />
      ))}
    </table>
  );
}
