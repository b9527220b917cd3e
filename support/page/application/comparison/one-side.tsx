import type { VNode } from 'preact';
import type { Shown } from '../../../matrix/comparison.ts';
import { Linked } from '../linked.tsx';
import { Mark } from '../marks/mark.tsx';

/** What one of two brokers shows. */
export function OneSide({ title, shown: { verdict, reason } }: { title: string; shown: Shown }): VNode {
  return (
    <section aria-label={title}>
      <h4>{title}</h4>
      <p>
        <Mark outcome={verdict} />{' '}
        {reason !== undefined && (
          <span class="reason">
            <Linked text={reason} />
          </span>
        )}
      </p>
    </section>
  );
}
