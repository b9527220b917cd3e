import type { EvidenceEvent } from './evidence.ts';
import { flagsOf } from './flags.ts';
import { folded, type Folded, timesText } from './folded.ts';
import { listed } from './listed.ts';
import { shortenedInside } from './printable.ts';

const arrows = { out: '→', in: '←', note: '·' } as const;
/** Names of 255 characters, and bodies as long, are told by their ends. */
const longestText = 60;
/** So many of one kind after each other are told as one. */
const fewestToGroup = 4;

/** What happened last, in so many lines of text at most; what was asked again and again is one, and so is a burst. */
export function lastEvents(events: readonly EvidenceEvent[], most: number): string[] {
  const parts = folded(events);
  const lines: string[] = [];
  for (let from = 0; from < parts.length;) {
    const burst = burstAt(parts, from);
    const isBurst = burst.length >= fewestToGroup;
    lines.push(...(isBurst ? [lineOfBurst(burst)] : linesOf(parts[from])));
    from += isBurst ? burst.length : 1;
  }
  return lines.slice(-most);
}

/** The events from here on that differ in their labels alone. */
function burstAt(parts: readonly Folded[], from: number): EvidenceEvent[] {
  const burst: EvidenceEvent[] = [];
  for (const { events, times } of parts.slice(from)) {
    const [event] = events;
    if (event?.label === undefined || events.length > 1 || times > 1) break;
    if (burst[0] !== undefined && kindOf(burst[0]) !== kindOf(event)) break;
    burst.push(event);
  }
  return burst;
}

function kindOf(event: EvidenceEvent): string {
  const { actor, direction, what, via } = event;
  return JSON.stringify([actor, direction, what, via?.kind, via?.name, flagsOf(event)]);
}

function lineOfBurst(burst: readonly EvidenceEvent[]): string {
  const [first, last] = [burst[0], burst.at(-1)];
  if (first === undefined || last === undefined) return '';
  const labels = listed(burst.map(({ label }) => label));
  return `${lineOf(first, [`×${burst.length} ${labels}`])}, until ${last.at.toFixed(1)} ms`;
}

function linesOf(part: Folded | undefined): string[] {
  return (part?.events ?? []).map((event, place) => {
    const times = part === undefined ? '' : timesText(part, place);
    const label = event.label === undefined ? [] : [shortenedInside(event.label, longestText)];
    return lineOf(event, label) + (times === '' ? '' : `, ${times}`);
  });
}

function lineOf(event: EvidenceEvent, label: readonly string[]): string {
  const { at, actor, direction, what, via } = event;
  const told = [...label, ...flagsOf(event)].join(', ');
  const place = via === undefined ? '' : ` (${via.kind} ${shortenedInside(via.name, longestText) || "''"})`;
  return `${at.toFixed(1).padStart(8)} ms  ${actor} ${arrows[direction]} ${what}${told === '' ? '' : ` ${told}`}${place}`;
}
