import { aligned } from './aligned.ts';
import type { Evidence, EvidenceEvent } from './evidence.ts';
import { flagsOf } from './flags.ts';
import { folded, timesText } from './folded.ts';
import { onOneLine } from './printable.ts';

const arrows = { out: '→', in: '←', note: '·' } as const;

function cells(event: EvidenceEvent, again: string): string[] {
  const { at, actor, direction, what, via, label, fields, connection, channel } = event;
  const name = via?.name === '' ? '(default)' : via?.name;
  const place = connection === undefined ? '' : `${connection}${channel === undefined ? '' : `/${channel}`}`;
  return [
    at.toFixed(1),
    onOneLine(actor),
    place,
    arrows[direction],
    what,
    via === undefined ? '' : `${via.kind} ${onOneLine(name ?? '')}`,
    [...(label === undefined ? [] : [onOneLine(label)]), ...flagsOf(event), again]
      .filter((part) => part !== '')
      .join(', '),
    Object.entries(fields ?? {})
      .map(([field, value]) => `${field}=${onOneLine(String(value))}`)
      .join(' '),
  ];
}

/**
 * Everything that was seen, a line for each event, and what was asked again and again once: milliseconds, actor, connection and channel,
 * direction (→ to the broker, ← from it, · beside the wire), method, exchange or queue, label, fields.
 */
export function timelineText(evidence: Evidence): string {
  const rows = folded(evidence.events).flatMap((each) =>
    each.events.map((event, place) => cells(event, timesText(each, place))),
  );
  const lines = aligned(
    [['ms', 'actor', 'on', '', 'what', 'exchange or queue', 'label', 'fields'], ...rows],
    [0],
  );
  if (evidence.events.length === 0) lines.push('Nothing was recorded.');
  if (evidence.omitted > 0) lines.push(`${evidence.omitted} more events were not recorded.`);
  return `${lines.join('\n')}\n`;
}
