import type { VNode } from 'preact';
import type { QueueType } from '../../broker/queue-type.ts';
import type { MatrixColumn, MatrixOutcome } from '../matrix.ts';
import { Mark } from './mark.tsx';
import { outcomeOf } from './outcomes.ts';

interface JudgementProps {
  column: MatrixColumn;
  /** Absent: there is no result. */
  cell: MatrixOutcome | undefined;
  /** With which queues it was seen, where there are several types. */
  queueType?: QueueType | undefined;
}

/** A verdict with its reason and what the errors say. */
export function Judgement({ column, cell, queueType }: JudgementProps): VNode {
  const reason = cell === undefined ? column.failure : cell.reason;
  const errors = (cell?.errors ?? []).filter((message) => message !== reason);
  return (
    <div class="judgement">
      <p>
        {queueType !== undefined && <span class="queue-type">{queueType}</span>}{' '}
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
