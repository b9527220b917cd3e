import type { VNode } from 'preact';
import type { Counts } from './counts.ts';
import { type Outcome, outcomes } from './outcomes.ts';

/** An outcome as sign and word; where there is little room, the word is for screen readers alone. */
export function Mark({ outcome }: { outcome: Outcome }): VNode {
  return (
    <span class={`mark ${classOf(outcome)}`}>
      <Sign outcome={outcome} />
      <span class="word"> {outcome}</span>
    </span>
  );
}

export function Sign({ outcome }: { outcome: Outcome }): VNode {
  return (
    <span class="sign" aria-hidden="true">
      {outcomes[outcome].sign}
    </span>
  );
}

/** How often each outcome occurred, as signs with numbers over a bar. */
export function Tally({ counts }: { counts: Counts }): VNode {
  const each = [...counts];
  return (
    <span class="tally">
      <span class="numbers">
        {each.map(([outcome, count]) => (
          <span key={outcome} class={`number ${classOf(outcome)}`} title={`${count} ${outcome}`}>
            <Sign outcome={outcome} />
            {count}
            <span class="aloud"> {outcome}, </span>
          </span>
        ))}
      </span>
      <span class="bar" aria-hidden="true">
        {each.map(([outcome, count]) => (
          <span key={outcome} class={classOf(outcome)} style={{ flexGrow: count }} />
        ))}
      </span>
    </span>
  );
}

export function classOf(outcome: Outcome): string {
  return `${outcomes[outcome].tone} ${outcome.replaceAll(' ', '-')}`;
}
