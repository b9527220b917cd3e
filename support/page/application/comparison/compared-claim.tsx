import type { VNode } from 'preact';
import type { Compared } from '../../../matrix/comparison.ts';
import { Documentation, ViewLink } from '../links.tsx';

/** The sentence of a claim that is compared, its id, and where it is documented. */
export function ComparedClaim({ claim }: { claim: Compared }): VNode {
  return (
    <>
      <p class="says">{claim.says}</p>
      <p class="sources">
        <span class="id">
          <ViewLink to={{ at: 'claim', claim: claim.id, queues: claim.queueType }}>{claim.id}</ViewLink>
        </span>
        {claim.queueType !== undefined && <span class="source">{claim.queueType} queues</span>}
        <Documentation row={claim} />
      </p>
    </>
  );
}
