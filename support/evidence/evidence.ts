/** What somebody in a spec is: decides the lane of the timeline in which its events are drawn. */
export type ActorKind =
  | 'producer'
  | 'exchange'
  | 'queue'
  | 'consumer'
  | 'client'
  | 'program'
  | 'broker'
  | 'management';

/** Something that was seen while a spec ran. Plain data. */
export interface EvidenceEvent {
  /** Milliseconds since the spec began, with fractions. */
  at: number;
  /** Who did it or saw it: `producer 1`, `odd`. Unique in the spec. */
  actor: string;
  kind: ActorKind;
  /** `out`: the actor sent it to the broker; `in`: it came from the broker; `note`: it happened beside the wire. */
  direction: 'out' | 'in' | 'note';
  /** The AMQP method (`basic.publish`, `basic.deliver`, `basic.ack`, `connection.close`), or a word: `process exit`, `restart`. */
  what: string;
  /** A short text for the picture: a message's body, a reply code. */
  label?: string;
  /** The queue or exchange that it concerns, if any: the other end of the arrow. */
  via?: { kind: 'exchange' | 'queue'; name: string };
  connection?: number;
  channel?: number;
  /** The fields that matter, for the text: delivery tag, redelivered, routing key, reply text … */
  fields?: Record<string, string | number | boolean>;
}

/** The counters of a queue at one moment. */
export interface QueueCounters {
  /** Milliseconds since the spec began. */
  at: number;
  queue: string;
  ready?: number;
  unacknowledged?: number;
  consumers?: number;
  state?: string;
  /** Who said so: the management API, or declare-ok. */
  witness: 'management' | 'amqp';
}

/** How a history went: many messages of several publishers and consumers, while faults happened. Plain data. */
export interface Course {
  /** Of all that was at random: with it, the same happens again. */
  seed: number;
  /** Milliseconds since the spec began; all other times are since then. */
  startedAt: number;
  /** How long it was, in milliseconds. */
  lasted: number;
  faults: { what: string; from: number; to: number; struck: number }[];
  /** Milliseconds for each number of `confirmed` and `delivered`. */
  interval: number;
  /** How many messages were confirmed, and how many delivered, in each interval. */
  confirmed: number[];
  delivered: number[];
  /** The longest time without a confirm between two of them; absent where there were less than two. */
  silence?: { from: number; to: number };
  /** How many of each there were: `published`, `confirmed`, `unknown` … */
  counts: Record<string, number>;
  /** The messages that went wrong, by how. */
  wrongs: Record<string, string[]>;
}

/** All that was seen while one spec ran, in order. Plain data. */
export interface Evidence {
  /** Milliseconds since the epoch at which the spec began. */
  startedAt: number;
  events: EvidenceEvent[];
  counters: QueueCounters[];
  /** How many events were left out because a spec recorded too many to show. */
  omitted: number;
  /** Where the spec played a history. */
  course?: Course;
  /** The broker's log of the span, when the spec failed and the log can be read. */
  brokerLog?: string;
}
