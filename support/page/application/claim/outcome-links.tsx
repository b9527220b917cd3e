import type { VNode } from 'preact';
import type { MatrixRow } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';
import { Mark } from '../marks/mark.tsx';
import { outcomeOf } from '../marks/outcomes.ts';
import type { OneOutcome } from './chosen-outcome.ts';

interface OutcomeLinksProps {
  row: MatrixRow;
  outcomes: readonly OneOutcome[];
  chosen: OneOutcome | undefined;
  /** Whether brokers are told apart. */
  isNamed: boolean;
}

/** The verdict per broker and queue type, each a link that opens it. */
export function OutcomeLinks({ row, outcomes, chosen, isNamed }: OutcomeLinksProps): VNode {
  return (
    <nav class="others" aria-label="Verdicts of this claim">
      {outcomes.map((each) => {
        const { column, type, outcome } = each;
        return (
          <a
            key={`${column.id} ${type}`}
            href={fragmentOf({ at: 'claim', claim: row.id, broker: column.id, queues: type })}
            aria-current={each === chosen ? 'true' : undefined}
          >
            {isNamed ? column.title : ''} {type !== undefined && <span class="queue-type">{type}</span>}{' '}
            <Mark outcome={outcomeOf(outcome)} />
          </a>
        );
      })}
    </nav>
  );
}
