import type { VNode } from 'preact';
import type { QueueType } from '../../../broker/queue-type.ts';
import type { MatrixColumn, MatrixOutcome } from '../../../matrix/matrix.ts';
import { Linked } from '../linked.tsx';
import { Mark } from '../marks/mark.tsx';
import { outcomeOf, outcomes } from '../marks/outcomes.ts';

interface JudgementProps {
  column: MatrixColumn;
  /** Absent: there is no result. */
  outcome: MatrixOutcome | undefined;
  /** With which queues it was seen, where that is not told around it. */
  queueType?: QueueType | undefined;
}

/** A verdict with its reason, or what it means, and what the errors say. */
export function Judgement({ column, outcome, queueType }: JudgementProps): VNode {
  const name = outcomeOf(outcome);
  const reason = outcome === undefined ? column.failure : outcome.reason;
  const errors = (outcome?.errors ?? []).filter((message) => message !== reason);
  return (
    <div class="judgement">
      <p>
        {queueType !== undefined && <span class="queue-type">{queueType}</span>} <Mark outcome={name} />{' '}
        <span class="reason">
          <Linked text={reason ?? outcomes[name].means} />
        </span>
      </p>
      {errors.map((message) => (
        <pre key={message} class="error" tabIndex={0} aria-label="What the spec said">
          {withoutHistory(message)}
        </pre>
      ))}
    </div>
  );
}

/** The timeline stands right below. */
function withoutHistory(message: string): string {
  return message.replace(/\n\nWhat happened:\n.*$/s, '');
}
