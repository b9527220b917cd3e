import type { VNode } from 'preact';
import type { Counts } from './counts.ts';
import { areAlike, type Outcome } from '../../../matrix/alike.ts';
import { outcomes } from './outcomes.ts';

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

/** How often each outcome occurred, as signs with numbers over a bar; those that are alike have one number. */
export function Tally({ counts }: { counts: Counts }): VNode {
  const each = [...counts];
  const alike = each.reduce<(typeof each)[]>((groups, one) => {
    const group = groups.find(([first]) => first !== undefined && areAlike(first[0], one[0]));
    if (group === undefined) return [...groups, [one]];
    group.push(one);
    return groups;
  }, []);
  return (
    <span class="tally">
      <span class="numbers" aria-hidden="true">
        {alike.map((group) => (
          <Number key={group[0]?.[0]} group={group} />
        ))}
      </span>
      <span class="aloud">{inWords(each)}</span>
      <span class="bar" aria-hidden="true">
        {each.map(([outcome, count]) => (
          <span key={outcome} class={classOf(outcome)} style={{ flexGrow: count }} />
        ))}
      </span>
    </span>
  );
}

function Number({ group }: { group: readonly [Outcome, number][] }): VNode | null {
  const [first] = group;
  if (first === undefined) return null;
  return (
    <span class={`number ${classOf(first[0])}`} title={inWords(group)}>
      <Sign outcome={first[0]} />
      {group.reduce((sum, [, count]) => sum + count, 0)}
    </span>
  );
}

function inWords(counts: readonly [Outcome, number][]): string {
  return counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

export function classOf(outcome: Outcome): string {
  return `${outcomes[outcome].tone} ${outcome.replaceAll(' ', '-')}`;
}
