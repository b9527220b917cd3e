import { setTimeout as pause } from 'node:timers/promises';
import { answersThere } from '../actors/answered.ts';
import type { Channel } from '../actors/channel.ts';
import type { Connection } from '../actors/connection.ts';
import type { Witness } from '../evidence/recorder.ts';
import { holdsEventually } from '../waiting/until.ts';
import type { Publication } from './history.ts';
import { connected, firstLineOf, type Scene } from './scene.ts';

/** Milliseconds between two batches. */
const paceMs = 10;
const perBatch = 2;
/** As many are unconfirmed at most. */
const mostPending = 200;

/**
 * Publishes persistent messages with confirms until it is stopped, on a new connection when it has lost the last one, and
 * on a new channel when a message was nacked: a channel may be nacked for ever.
 */
export class HistoryPublisher {
  readonly publications: Publication[] = [];
  /** How many of them are. */
  confirmed = 0;
  readonly #scene: Scene;
  readonly #witness: Witness;
  readonly #address: () => { host: string; port: number };
  readonly #most: number;
  readonly #done: Promise<void>;
  #stopped = false;
  #connection: Connection | undefined;
  #toldOf = 0;

  /** @param most messages, after which it ends by itself; default: any number */
  constructor(
    scene: Scene,
    witness: Witness,
    address: () => { host: string; port: number },
    most = Infinity,
  ) {
    this.#scene = scene;
    this.#witness = witness;
    this.#address = address;
    this.#most = most;
    this.#done = this.#work();
  }

  /** Publishes no more, and waits until it is known what became of all. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** Waits until it has published as many as it may, and it is known what became of them. */
  async ended(): Promise<void> {
    await this.#done;
  }

  /** Ends at once. */
  cut(): void {
    this.#stopped = true;
    this.#connection?.cut();
  }

  /** Tells the timeline what it did since it told last. */
  tell(): void {
    const since = this.publications.slice(this.#toldOf);
    this.#toldOf = this.publications.length;
    if (since.length === 0) return;
    const via = { kind: 'queue', name: this.#scene.queue } as const;
    this.#witness.saw({ direction: 'out', what: 'basic.publish', label: `${since.length} messages`, via });
  }

  get #goesOn(): boolean {
    return !this.#stopped && this.publications.length < this.#most && !this.#scene.signal.aborted;
  }

  async #work(): Promise<void> {
    while (this.#goesOn) {
      this.#connection = await connected(this.#scene, this.#witness, this.#address, () => this.#goesOn);
      if (this.#connection === undefined) return;
      try {
        while (this.#connection.open && this.#goesOn)
          await this.#publishOn(await this.#connection.channel({ confirms: true }));
      } catch (error) {
        this.#lost(firstLineOf(error));
      }
      await this.#connection.dispose();
    }
  }

  /** Until the channel ends, a message is nacked, or there is nothing more to publish. */
  async #publishOn(channel: Channel): Promise<void> {
    const number = this.#scene.nextChannel();
    const pending = new Map<number, Publication>();
    const seen = { nack: false };
    const told = (): void => {
      const returned = new Set(channel.returned.map(({ body }) => body));
      for (const [sequence, publication] of pending) {
        const confirmation = channel.confirmations.get(sequence)?.[0];
        if (confirmation === undefined) continue;
        pending.delete(sequence);
        publication.told = returned.has(publication.body)
          ? 'returned'
          : confirmation === 'ack'
            ? 'confirmed'
            : 'nacked';
        publication.toldAt = this.#scene.now();
        if (publication.told === 'confirmed') this.confirmed += 1;
        if (publication.told === 'nacked') seen.nack = true;
      }
      this.#scene.progress.emit('change');
    };
    channel.on('change', told);
    while (channel.open && this.#goesOn && !seen.nack) {
      for (
        let nth = 0;
        nth < perBatch && pending.size < mostPending && channel.open && this.#goesOn;
        nth += 1
      )
        this.#publish(channel, number, pending);
      await pause(paceMs);
    }
    await holdsEventually(channel, () => pending.size === 0 || !channel.open);
    // What was written last may be confirmed by what arrived last
    told();
    // One that the network has lost without a word is silent to all
    const { connection } = channel;
    if (channel.open && pending.size > 0 && !(await answersThere(connection))) connection.cut();
    told();
    if (channel.open) for (const publication of pending.values()) publication.told = 'unanswered';
    else this.#lost(channel.end?.message ?? 'its channel ended', pending.size);
    if (seen.nack) this.#witness.saw({ direction: 'in', what: 'basic.nack', label: 'a new channel follows' });
    if (channel.open && this.#goesOn) await channel.close();
  }

  #publish(channel: Channel, number: number, pending: Map<number, Publication>): void {
    const publication: Publication = {
      body: `${this.#witness.name} ${this.publications.length + 1}`,
      publisher: this.#witness.name,
      channel: number,
      at: this.#scene.now(),
      told: 'unknown',
    };
    this.publications.push(publication);
    pending.set(channel.published + 1, publication);
    const message = { body: publication.body, persistent: true };
    channel.publish('', this.#scene.queue, message, { mandatory: true });
  }

  #lost(why: string, unknown = 0): void {
    if (this.#stopped && unknown === 0) return;
    this.tell();
    const label = unknown === 0 ? why : `${unknown} unknown: ${why}`;
    this.#witness.saw({ direction: 'in', what: 'connection lost', label: label.slice(0, 80) });
  }
}
