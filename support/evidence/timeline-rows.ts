import { changes } from './counters.ts';
import type { Evidence, EvidenceEvent, QueueCounters } from './evidence.ts';
import { flagsOf } from './flags.ts';

/** Equal events of one actor that followed each other; `events` has one at least. */
export interface EventRow {
  type: 'events';
  at: number;
  first: EvidenceEvent;
  events: EvidenceEvent[];
}

/** One line of the picture. */
export type Row =
  | EventRow
  | { type: 'counters'; at: number; counters: QueueCounters }
  /** Nothing was seen for so many milliseconds. */
  | { type: 'pause'; milliseconds: number }
  /** So many events are not drawn here; `recorded`: the text has them. */
  | { type: 'omitted'; events: number; recorded: boolean };

/** More rows than this, and the middle is left out. */
const mostRows = 80;
/** Events that follow each other are drawn as one from this many on. */
const fewestToGroup = 3;
const shortestPauseMs = 250;

function alike(one: EvidenceEvent, other: EvidenceEvent): boolean {
  return (
    one.actor === other.actor &&
    one.direction === other.direction &&
    one.what === other.what &&
    one.connection === other.connection &&
    one.channel === other.channel &&
    one.via?.kind === other.via?.kind &&
    one.via?.name === other.via?.name &&
    flagsOf(one).join() === flagsOf(other).join()
  );
}

function grouped(events: readonly EvidenceEvent[]): EventRow[] {
  const runs: EventRow[] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last !== undefined && alike(last.first, event)) last.events.push(event);
    else runs.push({ type: 'events', at: event.at, first: event, events: [event] });
  }
  return runs.flatMap((run) =>
    run.events.length >= fewestToGroup
      ? [run]
      : run.events.map((event): EventRow => ({
          type: 'events',
          at: event.at,
          first: event,
          events: [event],
        })),
  );
}

function eventsIn(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + (row.type === 'events' ? row.events.length : 0), 0);
}

function endOf(row: Row): number | undefined {
  if (row.type === 'events') return row.events.at(-1)?.at;
  return row.type === 'counters' ? row.at : undefined;
}

function withPauses(rows: readonly Row[]): Row[] {
  const result: Row[] = [];
  let end: number | undefined;
  for (const row of rows) {
    if (end !== undefined && 'at' in row && row.at - end >= shortestPauseMs)
      result.push({ type: 'pause', milliseconds: row.at - end });

    result.push(row);
    end = endOf(row);
  }
  return result;
}

/**
 * What the picture shows, line by line in the order of time: equal events of one actor that follow each
 * other as one, counters where they changed, long pauses, and of a long run its beginning and its end.
 */
export function rowsOf(evidence: Evidence): Row[] {
  const rows: Row[] = [
    ...grouped(evidence.events),
    ...changes(evidence.counters).map((counters): Row => ({ type: 'counters', at: counters.at, counters })),
  ].sort((one, other) => ('at' in one ? one.at : 0) - ('at' in other ? other.at : 0));
  const shown: Row[] =
    rows.length <= mostRows
      ? rows
      : [
          ...rows.slice(0, mostRows / 2),
          { type: 'omitted', events: eventsIn(rows.slice(mostRows / 2, -mostRows / 2)), recorded: true },
          ...rows.slice(-mostRows / 2),
        ];
  const complete = withPauses(shown);
  if (evidence.omitted > 0) complete.push({ type: 'omitted', events: evidence.omitted, recorded: false });
  return complete;
}
