import { aligned } from './aligned.ts';
import type { Evidence, QueueCounters } from './evidence.ts';
import { onOneLine } from './printable.ts';

function shown(value: number | string | undefined): string {
  return value === undefined ? '–' : String(value);
}

function says({ ready, unacknowledged, consumers, state, witness }: QueueCounters): string {
  return [ready, unacknowledged, consumers, state, witness].map(shown).join(' ');
}

/** The counters without those that say of a queue what was said of it just before by the same witness. */
export function changes(counters: readonly QueueCounters[]): QueueCounters[] {
  const last = new Map<string, string>();
  return counters.filter((seen) => {
    const key = `${seen.witness} ${seen.queue}`;
    const changed = last.get(key) !== says(seen);
    last.set(key, says(seen));
    return changed;
  });
}

/** The counters of a queue in a few words: `3 ready, 2 unacknowledged, 1 consumer`. */
export function inWords({ ready, unacknowledged, consumers, state }: QueueCounters): string {
  return [
    ready === undefined ? undefined : `${ready} ready`,
    unacknowledged === undefined ? undefined : `${unacknowledged} unacknowledged`,
    consumers === undefined ? undefined : `${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`,
    state,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/**
 * The counters of the queues over time as a table, a line for each change; empty where none were
 * asked for.
 */
export function countersText(evidence: Evidence): string {
  const rows = changes(evidence.counters);
  if (rows.length === 0) return '';
  const table = aligned(
    [
      ['ms', 'queue', 'ready', 'unacknowledged', 'consumers', 'state', 'witness'],
      ...rows.map((seen) => [
        seen.at.toFixed(1),
        onOneLine(seen.queue),
        shown(seen.ready),
        shown(seen.unacknowledged),
        shown(seen.consumers),
        shown(seen.state),
        seen.witness === 'management' ? 'management API' : 'AMQP',
      ]),
    ],
    [0, 2, 3, 4],
  );
  return `${table.join('\n')}\n`;
}
