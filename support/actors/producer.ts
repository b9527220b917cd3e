import { holdsEventually } from '../waiting/until.ts';
import { answersOthers } from './answered.ts';
import type { Channel } from './channel.ts';
import type { Confirmation } from './confirmations.ts';
import type { Message, Returned } from './messages.ts';
import { type ExchangeName, type QueueName, nameOf } from './names.ts';

/** Publishes on a channel of its own. */
export class Producer {
  readonly name: string;
  readonly channel: Channel;
  /** Whether its channel is in confirm mode. */
  readonly confirms: boolean;

  constructor(name: string, channel: Channel, confirms: boolean) {
    this.name = name;
    this.channel = channel;
    this.confirms = confirms;
  }

  /** What came back to it by `basic.return`. */
  get returned(): readonly Returned[] {
    return this.channel.returned;
  }

  /** Publishes to the default exchange, with the queue's name as routing key. */
  async sendToQueue(
    queue: QueueName,
    messages: Message | readonly Message[],
    options: { mandatory?: boolean } = {},
  ): Promise<Confirmation[]> {
    return await this.publish('', nameOf(queue), messages, options);
  }

  /**
   * Publishes, and waits until the broker has dealt with it: until all is confirmed in confirm mode,
   * else until the broker has answered a question that was asked on the same channel afterwards.
   *
   * @returns what was confirmed for each message, in the order of publishing; empty without confirm mode
   * @throws RefusedByBroker when the broker closes the channel over it
   * @throws CouldNotRun when confirms are missing, and the broker is slow to all
   */
  async publish(
    exchange: ExchangeName,
    routingKey: string,
    messages: Message | readonly Message[],
    options: { mandatory?: boolean } = {},
  ): Promise<Confirmation[]> {
    const all: readonly Message[] = Array.isArray(messages) ? messages : [messages as Message];
    const first = this.channel.published + 1;
    for (const message of all) this.channel.publish(nameOf(exchange), routingKey, message, options);
    if (this.confirms) return await this.#confirmed(first, this.channel.published);
    await this.channel.settled();
    return [];
  }

  async #confirmed(first: number, last: number): Promise<Confirmation[]> {
    const confirmations = () =>
      Array.from(
        { length: last - first + 1 },
        (_, index) => this.channel.confirmations.get(first + index)?.[0],
      );
    const inTime = await holdsEventually(
      this.channel,
      () => confirmations().every((confirmation) => confirmation !== undefined) || !this.channel.open,
    );
    if (!inTime) await answersOthers(this.channel.connection, 'all that was published by a confirm');
    if (this.channel.end !== undefined) throw this.channel.end;
    return confirmations().map((confirmation) => confirmation ?? 'none');
  }
}
