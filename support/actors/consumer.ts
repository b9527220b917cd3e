import { EventEmitter } from 'node:events';
import { setTimeout as work } from 'node:timers/promises';
import type { Recorder } from '../evidence/recorder.ts';
import { Unmet } from '../waiting/unmet.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import { history } from '../evidence/history.ts';
import type { Channel } from './channel.ts';
import type { ConsumeProperties } from './channel-properties.ts';
import type { Delivery } from './messages.ts';
import { type QueueName, nameOf } from './names.ts';
import { RefusedByBroker } from '../wire/index.ts';
import type { Receiver } from './receiver.ts';

export interface ConsumerOptions extends Omit<ConsumeProperties, 'consumerTag'> {
  /** How the timeline calls it. */
  name?: string;
  consumerTag?: string;
  /** `basic.qos` before it consumes; absent: none. */
  prefetch?: number;
  /**
   * Works on one delivery after the other, for so many milliseconds each, and acknowledges it
   * afterwards (unless `noAck`). Absent: it never acknowledges by itself.
   */
  work?: number | ((delivery: Delivery) => number);
}

/** Takes the deliveries of one consumer (subscription). Emits `change` for each. */
export class Consumer extends EventEmitter<{ change: [] }> implements Receiver {
  readonly name: string;
  readonly channel: Channel;
  readonly queue: string;
  /** All that was delivered to it, in order. */
  readonly deliveries: Delivery[] = [];
  readonly #options: ConsumerOptions;
  #tag = '';
  #taken = 0;
  #busy: Promise<void> = Promise.resolve();
  #cancelled = false;

  private constructor(name: string, channel: Channel, queue: string, options: ConsumerOptions) {
    super();
    this.setMaxListeners(0);
    this.name = name;
    this.channel = channel;
    this.queue = queue;
    this.#options = options;
    channel.on('change', () => this.emit('change'));
  }

  static async start(
    name: string,
    channel: Channel,
    queue: QueueName,
    options: ConsumerOptions,
  ): Promise<Consumer> {
    const { name: _, prefetch, work: __, ...properties } = options;
    const consumer = new Consumer(name, channel, nameOf(queue), options);
    if (prefetch !== undefined) await channel.qos(prefetch);
    // Deliveries can come before consume-ok is handed over: they are told apart by their tag later
    const early: Delivery[] = [];
    const keepEarly = (delivery: Delivery) => early.push(delivery);
    channel.on('delivery', keepEarly);
    consumer.#tag = await channel.consume(consumer.queue, properties);
    channel.off('delivery', keepEarly);
    for (const delivery of early) consumer.#received(delivery);
    channel.on('delivery', (delivery) => consumer.#received(delivery));
    return consumer;
  }

  get recorder(): Recorder {
    return this.channel.witness.recorder;
  }

  /** Whether nothing can come any more. */
  get ended(): boolean {
    return !this.channel.open;
  }

  /** Why its channel is gone, if the spec did not close it. */
  get end(): Error | undefined {
    return this.channel.end;
  }

  get tag(): string {
    return this.#tag;
  }

  /**
   * Waits for the next delivery that was not asked for yet.
   *
   * @throws Unmet when none comes, and none can be under way
   * @throws Unanswered, CouldNotRun when the broker does not answer whether one is
   */
  async next(): Promise<Delivery> {
    const wanted = this.#taken;
    this.#taken += 1;
    const came = () => this.deliveries.length > wanted;
    await holdsEventually(this, () => came() || !this.channel.open);
    // Before the question, which ends the channel where the queue is gone
    const { end } = this.channel;
    if (!came()) await this.caughtUp();
    const delivery = this.deliveries[wanted];
    if (delivery !== undefined) return delivery;
    throw new Unmet(
      `${this.name} receives a delivery number ${wanted + 1}`,
      `it received ${this.deliveries.length} in ${deadlineMs()} ms. ${end?.message ?? ''}`,
      history(this.recorder),
    );
  }

  ack(delivery: Delivery | number, options: { multiple?: boolean } = {}): void {
    this.channel.ack(delivery, options);
  }

  nack(delivery: Delivery | number, options: { multiple?: boolean; requeue?: boolean } = {}): void {
    this.channel.nack(delivery, options);
  }

  reject(delivery: Delivery | number, options: { requeue?: boolean } = {}): void {
    this.channel.reject(delivery, options);
  }

  /** Cancels the subscription; the channel and what is unacknowledged on it stay. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.channel.cancel(this.#tag);
  }

  /**
   * Waits until all that the broker sent it so far has arrived, and nothing else can be under way.
   */
  async caughtUp(): Promise<void> {
    if (this.#cancelled || !this.channel.open) return; // nothing can come any more
    try {
      await this.channel.caughtUpWith(this.queue);
    } catch (error) {
      // The queue is gone, and the question has ended the channel
      if (!(error instanceof RefusedByBroker)) throw error;
    }
  }

  #received(delivery: Delivery): void {
    if (delivery.consumerTag !== this.#tag) return;
    this.deliveries.push(delivery);
    this.emit('change');
    if (this.#options.work !== undefined) this.#busy = this.#busy.then(() => this.#worked(delivery));
  }

  async #worked(delivery: Delivery): Promise<void> {
    const { work: takes = 0, noAck = false } = this.#options;
    const milliseconds = typeof takes === 'function' ? takes(delivery) : takes;
    if (milliseconds > 0 && this.channel.open) await work(milliseconds);
    if (!noAck && this.channel.open) this.ack(delivery);
  }
}
