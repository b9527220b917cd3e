import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { queueTypes } from '../../../broker/queue-type.ts';
import type { Difference } from '../../../matrix/comparison.ts';
import type { MatrixColumn } from '../../../matrix/matrix.ts';
import { useDetails } from '../claim/details.ts';
import { Seen } from '../claim/seen.tsx';
import { ComparedClaim } from './compared-claim.tsx';
import { OneSide } from './one-side.tsx';

interface DifferenceProps {
  difference: Difference;
  pair: readonly MatrixColumn[];
  /** Whether the address asks for it; then its timelines are in sight. */
  isWanted: boolean;
}

/** A claim that two brokers were seen to keep differently: both verdicts and, unfolded, both timelines, side by side. */
export function DifferenceOfBehaviour({ difference, pair, isWanted }: DifferenceProps): VNode {
  const [isUnfolded, setUnfolded] = useState(isWanted);
  const { id, queueType, from, to } = difference;
  return (
    <article class="difference" aria-label={id} data-claim={id} tabIndex={-1}>
      <ComparedClaim claim={difference} />
      <div class="sides">
        {pair.map((column, side) => (
          <OneSide key={column.id} title={column.title} shown={side === 0 ? from : to} />
        ))}
      </div>
      <details open={isUnfolded} onToggle={({ currentTarget }) => setUnfolded(currentTarget.open)}>
        <summary>Timelines side by side</summary>
        {isUnfolded && <Timelines claim={id} pair={pair} queueType={queueType} />}
      </details>
    </article>
  );
}

interface TimelinesProps {
  claim: string;
  pair: readonly MatrixColumn[];
  queueType: Difference['queueType'];
}

function Timelines({ claim, pair, queueType }: TimelinesProps): VNode {
  const unpacked = useDetails(claim);
  const types = [...new Set(Object.keys(unpacked.details ?? {}).map((name) => typeIn(name)))];
  const shown = queueType === undefined && types.length > 0 ? types : [queueType];
  return (
    <>
      {shown.map((type) => (
        <div key={type} class="sides">
          {pair.map((column) => (
            <section key={column.id} aria-label={column.title}>
              <Seen claim={claim} column={column} queueType={type} unpacked={unpacked} />
            </section>
          ))}
        </div>
      ))}
    </>
  );
}

/** The names of details end with their queue type, where there is one: `rabbitmq-4.3.6 (quorum)`. */
function typeIn(name: string): Difference['queueType'] {
  return queueTypes.find((type) => name.endsWith(` (${type})`));
}
