import { aligned } from './aligned.ts';
import type { Evidence, EvidenceEvent } from './evidence.ts';
import { onOneLine } from './printable.ts';

const arrows = { out: '→', in: '←', note: '·' } as const;

function cells(event: EvidenceEvent): string[] {
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
    label === undefined ? '' : onOneLine(label),
    Object.entries(fields ?? {})
      .map(([field, value]) => `${field}=${onOneLine(String(value))}`)
      .join(' '),
  ];
}

/**
 * Everything that was seen, a line for each event: milliseconds, actor, connection and channel,
 * direction (→ to the broker, ← from it, · beside the wire), method, exchange or queue, label, fields.
 */
export function timelineText(evidence: Evidence): string {
  const rows = evidence.events.map(cells);
  const lines = aligned(
    [['ms', 'actor', 'on', '', 'what', 'exchange or queue', 'label', 'fields'], ...rows],
    [0],
  );
  if (evidence.events.length === 0) lines.push('Nothing was recorded.');
  if (evidence.omitted > 0) lines.push(`${evidence.omitted} more events were not recorded.`);
  return `${lines.join('\n')}\n`;
}
