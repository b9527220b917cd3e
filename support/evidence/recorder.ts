import type { ActorKind, Course, Evidence, EvidenceEvent, QueueCounters } from './evidence.ts';
import { lastEvents } from './last-events.ts';

/** What an actor tells of an event; the recorder adds the time and who it was. */
export type Seen = Omit<EvidenceEvent, 'at' | 'actor' | 'kind'>;

/** As many events as a reader could ever look at; what comes later is counted, not kept. */
const mostEvents = 2_000;

/** A connection of somebody in the spec. */
interface ActorsConnection {
  /** Why it is gone, if neither the spec nor a `connection.close` of the broker ended it. */
  lost: () => string | undefined;
  /** Questions to the broker on it, the second for when the first is not answered; nothing when it is not open. */
  questions: readonly (() => Promise<unknown>)[];
}

/** Collects the evidence of one spec. */
export class Recorder {
  readonly #startedAt = Date.now();
  readonly #started = performance.now();
  readonly #events: EvidenceEvent[] = [];
  readonly #counters: QueueCounters[] = [];
  readonly #names = new Set<string>();
  readonly #note: (event: EvidenceEvent) => void;
  #connections: (ActorsConnection & { actor: string })[] = [];
  #omitted = 0;
  #changes = 0;
  #course: Course | undefined;

  /** @param note is told of each event at once */
  constructor(note: (event: EvidenceEvent) => void = () => {}) {
    this.#note = note;
  }

  /** Milliseconds since the epoch at which the spec began. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /**
   * Opens a lane for somebody in the spec.
   *
   * @param name how the timeline calls it; a number is added where the name is taken, or not given
   */
  actor(kind: ActorKind, name?: string): Witness {
    const wanted = name ?? kind;
    let unique = name ?? `${kind} 1`;
    for (let number = 2; this.#names.has(unique); number += 1) unique = `${wanted} ${number}`;
    this.#names.add(unique);
    return new Witness(unique, kind, this);
  }

  add(event: Omit<EvidenceEvent, 'at'>): EvidenceEvent {
    const timed = { at: performance.now() - this.#started, ...event };
    if (this.#events.length < mostEvents) this.#events.push(timed);
    else this.#omitted += 1;
    this.#note(timed);
    return timed;
  }

  addCounters(counters: Omit<QueueCounters, 'at'>): void {
    this.#counters.push({ at: performance.now() - this.#started, ...counters });
  }

  addCourse(course: Course): void {
    this.#course = course;
  }

  /** An actor has opened a connection. */
  connected(actor: string, connection: ActorsConnection): void {
    this.#connections.push({ actor, ...connection });
  }

  /** Those that are not known to be gone on purpose. */
  get connections(): readonly (ActorsConnection & { actor: string })[] {
    return this.#connections;
  }

  /** Runs what a spec does while it has changed the broker. */
  async whileBrokerIsChanged(story: () => Promise<void>): Promise<void> {
    this.#changes += 1;
    try {
      await story();
    } finally {
      this.#changes -= 1;
    }
  }

  /** Whether a spec has changed the broker, which may let a connection be silent then: one that is blocked. */
  get brokerIsChanged(): boolean {
    return this.#changes > 0;
  }

  /** The spec has done something to the broker that may end all connections that there are: none of them is lost. */
  disturbed(): void {
    this.#connections = [];
  }

  /** Who has lost a connection up to now although the spec did not end it, and why. */
  get lost(): readonly { actor: string; why: string }[] {
    return this.#connections.flatMap(({ actor, lost }) => {
      const why = lost();
      return why === undefined ? [] : [{ actor, why }];
    });
  }

  /** The last events as lines of text, for the message of a failure. */
  lastEvents(most: number): string[] {
    return lastEvents(this.#events, most);
  }

  evidence(): Evidence {
    return {
      startedAt: this.#startedAt,
      events: this.#events,
      counters: this.#counters,
      omitted: this.#omitted,
      ...(this.#course === undefined ? {} : { course: this.#course }),
    };
  }
}

/** Somebody in the spec, from whose side events are recorded. */
export class Witness {
  readonly name: string;
  readonly kind: ActorKind;
  readonly recorder: Recorder;

  constructor(name: string, kind: ActorKind, recorder: Recorder) {
    this.name = name;
    this.kind = kind;
    this.recorder = recorder;
  }

  saw(seen: Seen): EvidenceEvent {
    return this.recorder.add({ actor: this.name, kind: this.kind, ...seen });
  }
}
