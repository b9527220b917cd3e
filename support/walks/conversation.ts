import type { Channel } from '../actors/channel.ts';
import type { Delivery } from '../actors/messages.ts';
import { CouldNotRun } from '../errors.ts';
import { askUntil, holdsEventually } from '../waiting/until.ts';
import type { QueueModel } from './model.ts';

/** The broker did otherwise than the model. */
export class Departure extends Error {
  override readonly name = 'Departure';
  /** The conversation in words, a step a line; the last one tells of the departure. */
  readonly told: readonly string[];

  constructor(told: readonly string[], options?: ErrorOptions) {
    super(told.join('; '), options);
    this.told = told;
  }
}

/** A conversation with the broker about one queue, `q`, and its exchange, `x`: what is said to both, the model hears too. */
export class Conversation {
  /** What was said, and what came of it, in words. */
  readonly told: string[] = [];
  /** How many messages were delivered, and how many of them again. */
  readonly counts = { delivered: 0, again: 0 };
  readonly #model: QueueModel;
  readonly #queue: string;
  readonly #exchange: string;
  #channel: Channel;
  #arrived: Delivery[] = [];
  #consumerTag = '';

  /** @param channel in confirm mode */
  constructor(model: QueueModel, { queue, exchange }: { queue: string; exchange: string }, channel: Channel) {
    this.#model = model;
    this.#queue = queue;
    this.#exchange = exchange;
    this.#channel = this.#listeningTo(channel);
  }

  async declare(): Promise<void> {
    this.told.push('declare q');
    await this.#channel.declareQueue(this.#queue);
    this.#model.declared = true;
  }

  async bind(key: string): Promise<void> {
    this.told.push(`bind q to x with ${key}`);
    await this.#channel.bindQueue(this.#queue, this.#exchange, key);
    this.#model.keys.add(key);
  }

  async unbind(key: string): Promise<void> {
    this.told.push(`unbind q from x with ${key}`);
    await this.#channel.unbindQueue(this.#queue, this.#exchange, key);
    this.#model.keys.delete(key);
  }

  /** @param key absent: to the queue, by its name */
  async publish(key?: string): Promise<void> {
    const { declared, keys } = this.#model;
    const body = this.#model.publish(key === undefined ? declared : keys.has(key));
    this.told.push(`publish ${body} to ${key === undefined ? 'q' : `x with ${key}`}`);
    const [exchange, routingKey] = key === undefined ? ['', this.#queue] : [this.#exchange, key];
    this.#channel.publish(exchange, routingKey, { body, persistent: true });
    const number = this.#channel.published;
    const confirmation = () => this.#channel.confirmations.get(number)?.[0];
    await this.#untilHeard(() => confirmation() !== undefined);
    if (confirmation() !== 'ack')
      throw new CouldNotRun(`The broker did not confirm what was published: ${this.told.join('; ')}`);
    await this.#seeDeliveries();
  }

  async get(): Promise<void> {
    const isThere = this.#model.ready > 0;
    const got = await askUntil(
      async () => await this.#channel.get(this.#queue),
      (delivery) => delivery !== undefined || !isThere,
    );
    this.told.push('get');
    if (got !== undefined) this.#see([got], 1);
    else if (isThere) this.#depart('nothing');
    else this.#came('nothing');
  }

  async consume(prefetch: number): Promise<void> {
    this.told.push(`consume with prefetch ${prefetch}`);
    await this.#channel.qos(prefetch);
    this.#consumerTag = await this.#channel.consume(this.#queue);
    this.#model.consumer = { prefetch, tags: new Set() };
    await this.#seeDeliveries();
  }

  async cancel(): Promise<void> {
    this.told.push('cancel the consumer');
    await this.#channel.cancel(this.#consumerTag);
    this.#model.consumer = undefined;
    await this.#seeDeliveries();
  }

  /** @param pick which of the deliveries that are held, counted from the oldest; beyond them it begins anew */
  async ack(pick: number, multiple: boolean): Promise<void> {
    const { tag, tags, words } = this.#held(pick, multiple);
    this.told.push(`ack ${words}`);
    this.#channel.ack(tag, { multiple });
    this.#model.settle(tags, { requeue: false });
    await this.#seeDeliveries();
  }

  /** @param pick as with `ack` */
  async nack(pick: number, multiple: boolean, requeue: boolean): Promise<void> {
    const { tag, tags, words } = this.#held(pick, multiple);
    this.told.push(`nack ${words}, ${requeue ? 'requeue' : 'discard'}`);
    this.#channel.nack(tag, { multiple, requeue });
    this.#model.settle(tags, { requeue });
    await this.#seeDeliveries();
  }

  /** @param pick as with `ack` */
  async reject(pick: number, requeue: boolean): Promise<void> {
    const { tag, tags, words } = this.#held(pick, false);
    this.told.push(`reject ${words}, ${requeue ? 'requeue' : 'discard'}`);
    this.#channel.reject(tag, { requeue });
    this.#model.settle(tags, { requeue });
    await this.#seeDeliveries();
  }

  async purge(): Promise<void> {
    const { messageCount } = await this.#channel.purgeQueue(this.#queue);
    const expected = this.#model.purge();
    this.told.push('purge q');
    if (messageCount !== expected) this.#depart(`${messageCount} messages`, String(expected));
  }

  async delete(): Promise<void> {
    this.told.push('delete q');
    await this.#channel.deleteQueue(this.#queue);
    this.#model.delete();
  }

  /**
   * The broker restarts; what follows is said on another channel.
   *
   * @param happens goes on when the broker is there again
   */
  async restart(happens: () => Promise<void>, channel: () => Promise<Channel>): Promise<void> {
    // What was said without an answer has been heard
    await this.#channel.qos(1);
    this.told.push('restart');
    await happens();
    this.#channel = this.#listeningTo(await channel());
    this.#model.restart();
  }

  /**
   * The channel is closed, and all that is left has to come on another; after it comes one more message, which tells that
   * this was all.
   */
  async end(channel: () => Promise<Channel>): Promise<void> {
    this.told.push('close the channel');
    await this.close();
    this.#channel = this.#listeningTo(await channel());
    this.#model.leave();
    if (!this.#model.declared) await this.declare();
    await this.publish();
    await this.consume(this.#model.ready);
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  #listeningTo(channel: Channel): Channel {
    return channel.on('delivery', (delivery) => this.#arrived.push(delivery));
  }

  #held(pick: number, multiple: boolean): { tag: number; tags: number[]; words: string } {
    const { held } = this.#model;
    const tag = [...held.keys()].toSorted((one, other) => one - other)[pick % held.size] ?? 0;
    return {
      tag,
      tags: this.#model.tagsUpTo(tag, multiple),
      words: `${multiple ? 'all up to ' : ''}${held.get(tag)}`,
    };
  }

  /** @throws RefusedByBroker, ConnectionLost when the channel ends first */
  async #untilHeard(condition: () => boolean): Promise<void> {
    await holdsEventually(this.#channel, () => condition() || this.#channel.end !== undefined);
    if (this.#channel.end !== undefined) throw this.#channel.end;
  }

  /** Waits for what the consumer is to be sent, and looks at what it was sent. */
  async #seeDeliveries(): Promise<void> {
    const { due } = this.#model;
    await this.#untilHeard(() => this.#arrived.length >= due);
    const arrived = this.#arrived.splice(0);
    this.#see(arrived, due);
    if (arrived.length < due) this.#depart(arrived.length === 0 ? 'nothing' : 'nothing more');
  }

  /** @param most as many may come */
  #see(deliveries: readonly Delivery[], most: number): void {
    for (const [index, delivery] of deliveries.entries()) {
      const { body, redelivered, consumerTag, deliveryTag } = delivery;
      const words = `${body}${redelivered ? ' again' : ''}`;
      if (!this.#model.isNext(delivery)) this.#depart(words);
      if (index >= most) this.#depart(words, 'nothing more, as its prefetch says');
      this.#came(words);
      this.#model.give(delivery);
      if (consumerTag !== undefined) this.#model.consumer?.tags.add(deliveryTag);
      this.counts.delivered += 1;
      if (redelivered) this.counts.again += 1;
    }
  }

  /** The last step has had this effect. */
  #came(words: string): void {
    const last = this.told.pop() ?? '';
    this.told.push(`${last}${last.includes(' → ') ? ', ' : ' → '}${words}`);
  }

  #depart(seen: string, expected = this.#model.next): never {
    this.#came(`${seen}, where the model has ${expected}`);
    throw new Departure(this.told);
  }
}
