import type { Evidence, EvidenceEvent } from './evidence.ts';

/** More than these are counted. */
const mostActors = 8;

/**
 * A timeline in a few sentences, for who hears it: what each did, how often, and what came last. `producer:
 * basic.publish ×4. odd: basic.consume, basic.deliver ×2, basic.ack ×2. At the end, after 31 ms: odd, basic.ack 3.`
 */
export function timelineInWords({ events, omitted }: Evidence): string {
  const last = events.at(-1);
  if (last === undefined) return 'Nothing was recorded.';
  const actors = new Map<string, Map<string, number>>();
  for (const { actor, what } of events) {
    const counts = actors.get(actor) ?? new Map<string, number>();
    actors.set(actor, counts.set(what, (counts.get(what) ?? 0) + 1));
  }
  const told = [...actors].slice(0, mostActors).map(([actor, counts]) => `${actor}: ${inWords(counts)}.`);
  const more = actors.size > mostActors ? [`${actors.size - mostActors} more.`] : [];
  const left = omitted > 0 ? [`${omitted} events were not recorded.`] : [];
  return [...told, ...more, ...left, endOf(last)].join(' ');
}

function inWords(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => (count === 1 ? what : `${what} ×${count}`)).join(', ');
}

function endOf({ at, actor, what, label }: EvidenceEvent): string {
  return `At the end, after ${Math.round(at)} ms: ${actor}, ${what}${label === undefined ? '' : ` ${label}`}.`;
}
