import type { VNode } from 'preact';
import type { MatrixCell, MatrixColumn } from '../matrix.ts';
import { Mark } from './mark.tsx';
import { outcomeOf } from './outcomes.ts';

/** A verdict with its reason and what the errors say. */
export function Judgement({ column, cell }: { column: MatrixColumn; cell: MatrixCell | undefined }): VNode {
  const reason = cell === undefined ? column.failure : cell.reason;
  const errors = (cell?.errors ?? []).filter((message) => message !== reason);
  return (
    <div class="judgement">
      <p>
        <Mark outcome={outcomeOf(cell)} /> {reason !== undefined && <span class="reason">{reason}</span>}
      </p>
      {errors.map((message) => (
        <pre key={message} class="error" tabIndex={0}>
          {message}
        </pre>
      ))}
    </div>
  );
}
