import type { EvidenceEvent } from './evidence.ts';

/** Events that were seen one after the other, and then the same again. */
export interface Folded {
  /** The first time. */
  events: EvidenceEvent[];
  /** How often all of them were seen: 1 at least. */
  times: number;
  /** When the last of them was seen, in milliseconds since the spec began. */
  until: number;
}

/** A question that is asked until its answer is good takes so many events at most. */
const longestQuestion = 3;
const fewestTimes = 3;

/** Events in their order, what was asked again and again as one. */
export function folded(events: readonly EvidenceEvent[]): Folded[] {
  const all: Folded[] = [];
  for (let from = 0; from < events.length;) {
    const { length, times } = repetition(events, from);
    const end = from + length * times;
    all.push({ events: events.slice(from, from + length), times, until: events[end - 1]?.at ?? 0 });
    from = end;
  }
  return all;
}

/** How it is told, at the last of the events, that all were seen several times; empty for what was seen once. */
export function timesText({ events, times, until }: Folded, place: number): string {
  if (times === 1 || place < events.length - 1) return '';
  const all = events.length === 1 ? '' : `these ${events.length} `;
  return `${all}×${times}, until ${until.toFixed(1)} ms`;
}

function repetition(events: readonly EvidenceEvent[], from: number): { length: number; times: number } {
  for (let length = 1; length <= longestQuestion; length += 1) {
    let same = length;
    while (from + same < events.length && alike(events[from + same - length], events[from + same])) same += 1;
    const times = Math.floor(same / length);
    if (times >= fewestTimes) return { length, times };
  }
  return { length: 1, times: 1 };
}

/** Whether they say the same, at whatever time and on whatever channel. */
function alike(one: EvidenceEvent | undefined, other: EvidenceEvent | undefined): boolean {
  return one !== undefined && other !== undefined && said(one) === said(other);
}

function said({ actor, direction, what, label, via, fields }: EvidenceEvent): string {
  return JSON.stringify([actor, direction, what, label, via?.kind, via?.name, fields]);
}
