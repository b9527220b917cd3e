import type { ActorKind, Evidence, EvidenceEvent } from './evidence.ts';

/** A vertical line of the picture: somebody or something that sends, holds or receives. */
export interface Lane {
  name: string;
  /** What it is, in a word or two, as it stands under the name. */
  role: string;
  kind: ActorKind;
  /** It stands for several actors, so that each of its events must say whose it is. */
  shared: boolean;
}

export interface Lanes {
  /** From left to right. */
  lanes: Lane[];
  /** The lane of whoever sent or saw the event. */
  of(event: EvidenceEvent): number;
  /** The lane at the other end of the event's arrow; `undefined` where it has none. */
  opposite(event: EvidenceEvent): number | undefined;
  ofQueue(name: string): number | undefined;
}

/** As many lanes of one sort as a picture can hold; those that are more share one. */
const mostOfASort = 6;

const brokerKey = 'broker';
function keyOf(event: EvidenceEvent): string {
  if (event.kind === 'broker') return brokerKey;
  return event.kind === 'queue' || event.kind === 'exchange'
    ? `${event.kind} ${event.actor}`
    : `actor ${event.actor}`;
}
function keyOfOther(event: EvidenceEvent): string | undefined {
  if (event.direction === 'note') return undefined;
  return event.via === undefined ? brokerKey : `${event.via.kind} ${event.via.name}`;
}

const sorts = ['producers', 'broker', 'exchanges', 'queues', 'consumers', 'management'] as const;
type Sort = (typeof sorts)[number];

const sortOfKind: Partial<Record<ActorKind, Sort>> = {
  producer: 'producers',
  broker: 'broker',
  exchange: 'exchanges',
  queue: 'queues',
  consumer: 'consumers',
  management: 'management',
};
const consuming = new Set(['basic.consume', 'basic.get', 'basic.deliver', 'basic.get-ok']);

interface Entry {
  name: string;
  kind: ActorKind;
  sort: Sort | undefined;
}

function found(evidence: Evidence): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const add = (key: string, name: string, kind: ActorKind): Entry => {
    const entry = entries.get(key) ?? { name, kind, sort: sortOfKind[kind] };
    entries.set(key, entry);
    return entry;
  };
  for (const event of evidence.events) {
    const actor = add(keyOf(event), event.actor, event.kind);
    if (event.what === 'basic.publish') actor.sort ??= 'producers';
    if (consuming.has(event.what)) actor.sort ??= 'consumers';
    const other = keyOfOther(event);
    if (other === brokerKey) add(brokerKey, 'broker', 'broker');
    else if (other !== undefined && event.via !== undefined)
      add(other, event.via.name === '' ? '(default)' : event.via.name, event.via.kind);
  }
  for (const { queue } of evidence.counters) add(`queue ${queue}`, queue, 'queue');
  return entries;
}

/**
 * Who stands where: producers, broker, exchanges, queues, consumers, management, each in the order in
 * which they appear. Clients and programs stand with the producers or the consumers, by what they do first.
 */
export function lanesOf(evidence: Evidence): Lanes {
  const entries = [...found(evidence)];
  const lanes: Lane[] = [];
  const places = new Map<string, number>();
  for (const sort of sorts) {
    const members = entries.filter(([, entry]) => (entry.sort ?? 'producers') === sort);
    const own = members.length > mostOfASort ? members.slice(0, mostOfASort - 1) : members;
    const rest = members.slice(own.length);
    for (const [key, { name, kind }] of own) {
      places.set(key, lanes.length);
      lanes.push({ name, role: kind, kind, shared: false });
    }
    const [first] = rest;
    if (first !== undefined) {
      for (const [key] of rest) places.set(key, lanes.length);
      lanes.push({ name: `${rest.length} more`, role: sort, kind: first[1].kind, shared: true });
    }
  }
  const placeOf = (key: string | undefined): number | undefined =>
    key === undefined ? undefined : places.get(key);
  return {
    lanes,
    of: (event) => placeOf(keyOf(event)) ?? 0,
    opposite: (event) => placeOf(keyOfOther(event)),
    ofQueue: (name) => placeOf(`queue ${name}`),
  };
}
