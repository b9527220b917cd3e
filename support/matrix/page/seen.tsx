import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { QueueType } from '../../broker/queue-type.ts';
import { outcomeName } from '../../verdict/outcome-name.ts';
import { countersText } from '../../evidence/counters.ts';
import { timelineSvg } from '../../evidence/timeline-svg.ts';
import { timelineText } from '../../evidence/timeline-text.ts';
import type { MatrixColumn } from '../matrix.ts';
import { embeddedEvidence, type EvidenceOfClaim } from './embedded.ts';

/** The evidence of a claim, or why it can't be read; neither until it is unpacked. */
export interface Unpacked {
  evidence?: EvidenceOfClaim;
  fault?: string;
}

export function useEvidence(claim: string): Unpacked {
  const [unpacked, setUnpacked] = useState<Unpacked & { claim?: string }>({});
  useEffect(() => {
    let isWanted = true;
    const show = (found: Unpacked): void => {
      if (isWanted) setUnpacked({ claim, ...found });
    };
    embeddedEvidence(claim).then(
      (evidence) => show({ evidence }),
      (error: unknown) => show({ fault: String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [claim]);
  return unpacked.claim === claim ? unpacked : {};
}

interface SeenProps {
  claim: string;
  column: MatrixColumn;
  /** With which queues, where there are several types. */
  queueType?: QueueType | undefined;
  unpacked: Unpacked;
}

/** What was seen while a spec ran: as a picture, and as text. */
export function Seen({ claim, column, queueType, unpacked }: SeenProps): VNode {
  if (unpacked.fault !== undefined)
    return <p class="failure">The evidence can’t be unpacked in this browser: {unpacked.fault}</p>;

  if (unpacked.evidence === undefined) return <p class="faint">Unpacking the evidence …</p>;
  const evidence = unpacked.evidence[outcomeName(column.id, queueType)];
  if (evidence === undefined)
    return <p class="faint">Nothing was recorded: the spec did not start on this broker.</p>;

  const title = `${outcomeName(claim, queueType)} on ${column.title}`;
  const counters = countersText(evidence);
  const number = evidence.events.length + evidence.omitted;
  return (
    <>
      <div
        class="picture"
        tabIndex={0}
        role="region"
        aria-label={`Timeline of ${title}`}
        // Its texts are escaped where it is made
        dangerouslySetInnerHTML={{ __html: timelineSvg(evidence, title) }}
      />
      <Text
        name={`The same as text: ${number} ${number === 1 ? 'event' : 'events'}`}
        text={timelineText(evidence)}
      />
      {counters !== '' && <Text name="Queue counters" text={counters} />}
      {evidence.brokerLog !== undefined && (
        <Text name="The broker’s log of that time" text={evidence.brokerLog} />
      )}
    </>
  );
}

function Text({ name, text }: { name: string; text: string }): VNode {
  return (
    <details>
      <summary>{name}</summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
