import type { VNode } from 'preact';
import type { QueueType } from '../../../broker/queue-type.ts';
import { outcomeName } from '../../../verdict/outcome-name.ts';
import { courseSvg, wordsOf } from '../../../evidence/course-svg.ts';
import { countersText } from '../../../evidence/counters.ts';
import { timelineSvg } from '../../../evidence/timeline-svg.ts';
import { timelineText } from '../../../evidence/timeline-text.ts';
import type { MatrixColumn } from '../../../matrix/matrix.ts';
import type { Unpacked } from './details.ts';

interface SeenProps {
  claim: string;
  column: MatrixColumn;
  /** With which queues, where there are several types. */
  queueType?: QueueType | undefined;
  unpacked: Unpacked;
}

/** What was seen while a spec ran: as a picture at natural size, and beside it as text. */
export function Seen({ claim, column, queueType, unpacked }: SeenProps): VNode {
  if (unpacked.fault !== undefined)
    return <p class="failure">What was seen can’t be unpacked in this browser: {unpacked.fault}</p>;

  if (unpacked.details === undefined) return <p class="faint">Unpacking what was seen …</p>;
  const { evidence, allure } = unpacked.details[outcomeName(column.id, queueType)] ?? {};
  if (evidence === undefined) return <p class="faint">Nothing was recorded: the spec did not start.</p>;

  const title = `${outcomeName(claim, queueType)} on ${column.title}`;
  const counters = countersText(evidence);
  return (
    <div class="seen">
      {evidence.course !== undefined && (
        <>
          <div
            class="picture"
            tabIndex={0}
            role="region"
            aria-label={`Throughput of ${title}`}
            // Its texts are escaped where it is made
            dangerouslySetInnerHTML={{ __html: courseSvg(evidence.course, title) }}
          />
          <Text name="What became of the messages" text={wordsOf(evidence.course)} isOpen />
        </>
      )}
      <div
        class="picture"
        tabIndex={0}
        role="region"
        aria-label={`Timeline of ${title}`}
        // Its texts are escaped where it is made
        dangerouslySetInnerHTML={{ __html: timelineSvg(evidence, title) }}
      />
      <div class="texts">
        <Text name="The same as text" text={timelineText(evidence)} isOpen />
        {counters !== '' && <Text name="Queue counters" text={counters} isOpen />}
        {evidence.brokerLog !== undefined && (
          <Text name="The broker’s log of that time" text={evidence.brokerLog} />
        )}
        {allure !== undefined && <a href={allure}>The same in the Allure report</a>}
      </div>
    </div>
  );
}

function Text({ name, text, isOpen = false }: { name: string; text: string; isOpen?: boolean }): VNode {
  return (
    <details open={isOpen}>
      <summary>{name}</summary>
      <pre tabIndex={0} aria-label={name}>
        {text}
      </pre>
    </details>
  );
}
