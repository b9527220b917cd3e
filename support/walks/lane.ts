import * as fc from 'fast-check';
import type { Channel } from '../actors/channel.ts';
import type { Connection } from '../actors/connection.ts';
import type { Witness } from '../evidence/recorder.ts';
import { RefusedByBroker } from '../wire/index.ts';
import { Conversation, Departure } from './conversation.ts';
import { QueueModel } from './model.ts';
import type { Step } from './steps.ts';

/** What conversations need. */
export interface Surroundings {
  /** Opens a connection of which no timeline tells. */
  connect(): Promise<Connection>;
  /** A name that nobody else uses. */
  uniqueName(what: string): string;
}

/** Where conversations are held one after the other, each about a queue of its own, on one connection. */
export class Lane {
  readonly #surroundings: Surroundings;
  #connection: Connection | undefined;
  #channel: Channel | undefined;
  #exchange = '';

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Holds a conversation.
   *
   * @param witness whose timeline tells of it; absent: nobody's
   * @param restart with which the broker comes in between, and what is said after it
   * @returns what was delivered in it
   * @throws Departure when the broker does otherwise than the model
   */
  async hold(
    steps: Iterable<Step>,
    witness?: Witness,
    restart?: { happens: () => Promise<void>; after: Iterable<Step> },
  ): Promise<Conversation['counts']> {
    await this.#ready();
    const names = { queue: this.#surroundings.uniqueName('queue'), exchange: this.#exchange };
    const channel = async () => {
      const connection = await this.#ready();
      return await connection.channel({ confirms: true, ...(witness === undefined ? {} : { witness }) });
    };
    const model = new QueueModel();
    const real = new Conversation(model, names, await channel());
    try {
      await real.declare();
      await fc.asyncModelRun(() => ({ model, real }), steps);
      if (restart !== undefined) {
        await real.restart(restart.happens, channel);
        await fc.asyncModelRun(() => ({ model, real }), restart.after);
      }
      await real.end(channel);
      return real.counts;
    } catch (error) {
      if (!(error instanceof RefusedByBroker)) throw error;
      throw new Departure([...real.told, error.message], { cause: error });
    } finally {
      await this.#takeAway(real, names.queue);
    }
  }

  /** A departure may have ended the channel, or the connection. */
  async #ready(): Promise<Connection> {
    if (this.#connection?.open !== true) this.#connection = await this.#surroundings.connect();
    if (this.#channel?.open !== true) this.#channel = await this.#connection.channel();
    if (this.#exchange === '') {
      const name = this.#surroundings.uniqueName('exchange');
      await this.#channel.declareExchange(name, 'direct');
      this.#exchange = name;
    }
    return this.#connection;
  }

  /** What can't be taken away goes with the virtual host; that it can't says nothing of the conversation. */
  async #takeAway(real: Conversation, queue: string): Promise<void> {
    try {
      await real.close();
      if (this.#channel?.open !== true) return;
      await this.#channel.deleteQueue(queue);
      this.#connection?.queueType.deleted(queue);
    } catch {
      // Looked at when the next one begins
    }
  }
}
