import type { VNode } from 'preact';
import type { Incomparable } from '../../../matrix/comparison.ts';
import type { MatrixColumn } from '../../../matrix/matrix.ts';
import { Linked } from '../linked.tsx';
import { ViewLink } from '../links.tsx';
import { Mark } from '../marks/mark.tsx';
import { outcomes } from '../marks/outcomes.ts';

interface IncomparableProps {
  group: Incomparable;
  pair: readonly MatrixColumn[];
}

/** Claims that could not be compared, and why. */
export function IncomparableClaims({ group: { obstacles, claims }, pair }: IncomparableProps): VNode {
  const titleOf = (id: string): string => pair.find((column) => column.id === id)?.title ?? id;
  return (
    <div class="incomparable">
      {obstacles.map(({ broker, outcome, reason }) => (
        <p key={broker}>
          <strong>{titleOf(broker)}</strong> <Mark outcome={outcome} />{' '}
          <span class="reason">
            <Linked text={reason ?? outcomes[outcome].means} />
          </span>
        </p>
      ))}
      <details>
        <summary>
          {claims.length} {claims.length === 1 ? 'claim' : 'claims'}
        </summary>
        <ul>
          {claims.map(({ id, queueType, says }) => (
            <li key={`${id} ${queueType}`}>
              <ViewLink to={{ at: 'claim', claim: id, queues: queueType }}>{id}</ViewLink> {says}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
