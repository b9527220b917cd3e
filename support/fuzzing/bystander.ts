import { ConversationError, type RawConnection } from '../wire/index.ts';

/** How many messages may be on their way at once. */
const windowed = 20;

/** What happened to those who went on meanwhile. */
export interface Undisturbed {
  /** How many messages were confirmed. */
  confirmed: number;
  /** Those that were confirmed and never came. */
  lost: string[];
  /** How their connections broke, if they did. */
  disturbed: string[];
}

/**
 * A publisher with confirms and a consumer, each on a connection of its own, that are at work until they are told to stop.
 */
export class Bystanders {
  readonly #publisher: RawConnection;
  readonly #consumer: RawConnection;
  readonly #disturbed: string[] = [];
  readonly #came = new Set<string>();
  #confirmed = 0;
  #stopped = false;
  readonly #work: Promise<void>;

  private constructor(publisher: RawConnection, consumer: RawConnection, queue: string) {
    this.#publisher = publisher;
    this.#consumer = consumer;
    this.#work = this.#publish(queue);
    // Told when they stop
    this.#work.catch(() => undefined);
  }

  /** @param connect opens a connection with channel 1, on which a broker that is slow to all is not to blame */
  static async start(connect: () => Promise<RawConnection>, queue: string): Promise<Bystanders> {
    const [publisher, consumer] = [await connect(), await connect()];
    await consumer.send('queue.declare', { queue, durable: true });
    await consumer.expect('queue.declare-ok');
    await consumer.send('basic.consume', { queue });
    await consumer.expect('basic.consume-ok');
    await publisher.send('confirm.select');
    await publisher.expect('confirm.select-ok');
    return new Bystanders(publisher, consumer, queue);
  }

  /** How their connections broke, as far as that is known by now. */
  get disturbed(): readonly string[] {
    return this.#disturbed;
  }

  /** They finish what they have begun. */
  async stop(): Promise<Undisturbed> {
    this.#stopped = true;
    await this.#work;
    this.#publisher.destroy();
    this.#consumer.destroy();
    const numbers = Array.from({ length: this.#confirmed }, (_, index) => String(index + 1));
    return {
      confirmed: this.#confirmed,
      lost: numbers.filter((each) => !this.#came.has(each)),
      disturbed: [...this.#disturbed],
    };
  }

  /** Twenty at a time; each lot is confirmed, and has come, before the next one. */
  async #publish(queue: string): Promise<void> {
    try {
      while (!this.#stopped) {
        for (let number = this.#confirmed + 1; number <= this.#confirmed + windowed; number += 1) {
          const content = { properties: { deliveryMode: 2 }, body: Buffer.from(String(number)) };
          await this.#publisher.send('basic.publish', { routingKey: queue }, { content });
        }
        await this.#awaitConfirms(BigInt(this.#confirmed + windowed));
        this.#confirmed += windowed;
        await this.#consume();
      }
    } catch (error) {
      if (!(error instanceof ConversationError)) throw error;
      this.#disturbed.push(`${error.expected} was to come, but ${error.actual}`);
    }
  }

  async #awaitConfirms(last: bigint): Promise<void> {
    const all = Number(last);
    const confirmed = new Set<number>();
    let upTo = this.#confirmed;
    while (upTo < all) {
      const { deliveryTag, multiple } = (await this.#publisher.expect('basic.ack')).arguments;
      if (multiple) upTo = Math.max(upTo, Number(deliveryTag));
      else confirmed.add(Number(deliveryTag));
      while (confirmed.has(upTo + 1)) upTo += 1;
    }
  }

  async #consume(): Promise<void> {
    while (this.#came.size < this.#confirmed) {
      const { body, arguments: delivered } = await this.#consumer.expect('basic.deliver');
      this.#came.add(body.toString());
      await this.#consumer.send('basic.ack', { deliveryTag: delivered.deliveryTag });
    }
  }
}
