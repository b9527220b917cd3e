import type { VNode } from 'preact';
import type { Changes } from '../../../report/changes.ts';
import { ViewLink } from '../links.tsx';
import { Linked } from '../linked.tsx';
import { Mark } from '../marks/mark.tsx';

/** What has changed since an earlier run, if one was named. */
export function ChangesSince({ changes }: { changes: Changes | undefined }): VNode | null {
  if (changes === undefined) return null;
  const { baseline, claims, added, gone } = changes;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What has changed</h2>
      <p>
        Since the run on {baseline.title} of{' '}
        <time dateTime={baseline.endedAt}>{baseline.endedAt.slice(0, 16).replace('T', ' ')} UTC</time>:{' '}
        {claims.length === 0
          ? 'no verdict'
          : claims.length === 1
            ? 'one verdict'
            : `${claims.length} verdicts`}
        , {added} new claims, {gone} that are gone.
      </p>
      <ul class="attention">
        {claims.map(({ id, queueType, from, to, reason }) => (
          <li key={`${id} ${queueType}`}>
            <Mark outcome={from} /> → <Mark outcome={to} />{' '}
            <ViewLink to={{ at: 'claim', claim: id, queues: queueType }}>{id}</ViewLink>{' '}
            {queueType !== undefined && <span class="faint">{queueType} queues</span>}
            {reason !== undefined && (
              <span class="reason">
                <Linked text={reason} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
