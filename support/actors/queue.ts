import type { ManagementClient } from '../management/client.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Channel } from './channel.ts';
import type { Arguments } from './channel-properties.ts';
import type { Consumer } from './consumer.ts';
import type { Delivery } from './messages.ts';
import { type ExchangeName, nameOf } from './names.ts';
import { RefusedByBroker } from '../wire/index.ts';

/** How specs reach what they arrange with. */
export interface Arranging {
  /** A channel for declarations and questions; opened anew when the last one is gone. */
  channel(): Promise<Channel>;
  /** A consumer on a channel of its own, on the connection of that channel. */
  consumer(queue: Queue, name?: string): Promise<Consumer>;
  readonly virtualHost: string;
  readonly recorder: Recorder;
  /** `undefined` where the broker has no management API. */
  readonly management: ManagementClient | undefined;
}

/** A queue that a spec declared. */
export class Queue {
  readonly name: string;
  readonly arranging: Arranging;

  constructor(name: string, arranging: Arranging) {
    this.name = name;
    this.arranging = arranging;
  }

  async bindTo(exchange: ExchangeName, key = '', args: Arguments = {}): Promise<void> {
    await (await this.arranging.channel()).bindQueue(this.name, nameOf(exchange), key, args);
  }

  async unbindFrom(exchange: ExchangeName, key = '', args: Arguments = {}): Promise<void> {
    await (await this.arranging.channel()).unbindQueue(this.name, nameOf(exchange), key, args);
  }

  /** Takes one message with `basic.get`, acknowledged by being taken; `undefined` when there is none. */
  async take(): Promise<Delivery | undefined> {
    return await (await this.arranging.channel()).get(this.name, { noAck: true });
  }

  /** Takes all that is ready, in order. */
  async takeAll(): Promise<Delivery[]> {
    const taken: Delivery[] = [];
    for (;;) {
      const delivery = await this.take();
      if (delivery === undefined) return taken;
      taken.push(delivery);
    }
  }

  /**
   * Starts a consumer on the connection that declares, to see what the queue gives.
   *
   * @param name how the timeline calls it
   */
  async consumer(name?: string): Promise<Consumer> {
    return await this.arranging.consumer(this, name);
  }

  /** What `declare-ok` says: messages that are ready, and consumers. */
  async counts(): Promise<{ ready: number; consumers: number }> {
    const { messageCount, consumerCount } = await (
      await this.arranging.channel()
    ).declareQueuePassively(this.name);
    const counts = { ready: messageCount, consumers: consumerCount };
    this.arranging.recorder.addCounters({ queue: this.name, ...counts, witness: 'amqp' });
    return counts;
  }

  /** Whether it is there, by a passive declare, which counts as a use of the queue. */
  async exists(): Promise<boolean> {
    // On a channel of its own, since "no" ends it
    const channel = await (await this.arranging.channel()).connection.channel();
    try {
      await channel.declareQueuePassively(this.name);
      await channel.close();
      return true;
    } catch (error) {
      if (!(error instanceof RefusedByBroker)) throw error;
      // 405: it is there, and somebody else's
      if (error.refusal.code === 405) return true;
      if (error.refusal.code === 404) return false;
      throw error;
    }
  }

  async purge(): Promise<number> {
    return (await (await this.arranging.channel()).purgeQueue(this.name)).messageCount;
  }

  async delete(): Promise<void> {
    await (await this.arranging.channel()).deleteQueue(this.name);
  }
}

/** An exchange that a spec declared. */
export class Exchange {
  readonly name: string;
  readonly type: string;
  readonly arranging: Arranging;

  constructor(name: string, type: string, arranging: Arranging) {
    this.name = name;
    this.type = type;
    this.arranging = arranging;
  }

  /** From then on it gets what the source is published and what matches, as a queue would. */
  async bindTo(source: ExchangeName, key = '', args: Arguments = {}): Promise<void> {
    await (await this.arranging.channel()).bindExchange(this.name, nameOf(source), key, args);
  }

  async unbindFrom(source: ExchangeName, key = '', args: Arguments = {}): Promise<void> {
    await (await this.arranging.channel()).unbindExchange(this.name, nameOf(source), key, args);
  }
}
