import { setTimeout as pause } from 'node:timers/promises';
import type { Channel } from '../actors/channel.ts';
import type { Connection } from '../actors/connection.ts';
import type { Delivery } from '../actors/messages.ts';
import type { Witness } from '../evidence/recorder.ts';
import { holdsEventually } from '../waiting/until.ts';
import type { Receipt } from './history.ts';
import { connected, firstLineOf, type Scene } from './scene.ts';

/** Milliseconds for each message, while publishers are at work: slower than they are, so that the queue has some. */
const paceMs = 10;
const prefetch = 20;

/**
 * Consumes with acknowledgements until it is stopped, on a new connection when it has lost the last one.
 */
export class HistoryConsumer {
  readonly receipts: Receipt[] = [];
  readonly #scene: Scene;
  readonly #witness: Witness;
  readonly #address: () => { host: string; port: number };
  readonly #done: Promise<void>;
  #hurries = false;
  #stopped = false;
  #connection: Connection | undefined;
  #next = 0;
  #toldOf = 0;

  constructor(scene: Scene, witness: Witness, address: () => { host: string; port: number }) {
    this.#scene = scene;
    this.#witness = witness;
    this.#address = address;
    this.#done = this.#work();
  }

  /** From now on it takes no time for a message. */
  hurry(): void {
    this.#hurries = true;
  }

  /** Acknowledges what it has, and ends in order. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#scene.progress.emit('change');
    await this.#done;
  }

  /** Ends at once. */
  cut(): void {
    this.#stopped = true;
    this.#connection?.cut();
    this.#scene.progress.emit('change');
  }

  /** Tells the timeline what it did since it told last. */
  tell(): void {
    const since = this.receipts.slice(this.#toldOf);
    this.#toldOf = this.receipts.length;
    if (since.length === 0) return;
    const again = since.filter(({ redelivered }) => redelivered).length;
    const label = `${since.length} messages${again === 0 ? '' : `, ${again} of them again`}`;
    const via = { kind: 'queue', name: this.#scene.queue } as const;
    this.#witness.saw({ direction: 'in', what: 'basic.deliver', label, via });
  }

  async #work(): Promise<void> {
    while (!this.#stopped && !this.#scene.signal.aborted) {
      this.#connection = await connected(this.#scene, this.#witness, this.#address, () => !this.#stopped);
      if (this.#connection === undefined) return;
      try {
        await this.#consumeOn(await this.#connection.channel());
      } catch (error) {
        this.#lost(firstLineOf(error));
      }
      await this.#connection.dispose();
    }
  }

  /** Until the channel ends, or it is stopped and has acknowledged what it has. */
  async #consumeOn(channel: Channel): Promise<void> {
    const number = this.#scene.nextChannel();
    const toDo: Delivery[] = [];
    channel.on('delivery', (delivery) => {
      const { body, redelivered } = delivery;
      const at = this.#scene.now();
      this.receipts.push({ body, consumer: this.#witness.name, channel: number, at, redelivered });
      toDo.push(delivery);
      const offset = delivery.headers['x-stream-offset'];
      if (offset !== undefined) this.#next = Number(offset) + 1;
      this.#scene.progress.emit('change');
    });
    channel.on('change', () => this.#scene.progress.emit('change'));
    await channel.qos(prefetch);
    const from = { 'x-stream-offset': this.#next };
    await channel.consume(this.#scene.queue, this.#scene.isStream ? { arguments: from } : {});
    while (channel.open && !(this.#stopped && toDo.length === 0)) {
      const delivery = toDo.shift();
      if (delivery === undefined) {
        await holdsEventually(
          this.#scene.progress,
          () => toDo.length > 0 || !channel.open || this.#stopped,
          1_000,
        );
        continue;
      }
      if (!this.#hurries) await pause(paceMs);
      if (channel.open) channel.ack(delivery);
    }
    // The end of a connection may overtake acknowledgements, and that of their channel can't
    if (channel.open) await channel.close();
    else this.#lost(channel.end?.message ?? 'its channel ended');
  }

  #lost(why: string): void {
    if (this.#stopped) return;
    this.tell();
    this.#witness.saw({ direction: 'in', what: 'connection lost', label: why.slice(0, 80) });
  }
}
