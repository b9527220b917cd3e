import { randomBytes } from 'node:crypto';

import { CouldNotRun } from '../../errors.ts';
import { ConversationError, type RawConnection } from '../../wire/index.ts';
import type { Access, Address } from '../broker.ts';
import { askUntil } from '../../waiting/until.ts';
import { openChannel, openConnection } from '../handshake.ts';

const answerMs = 10_000;
/** How long a message may take before another one is sent: of a queue that was just declared, another node may not know yet. */
const passageMs = 1_000;
/** Longest time in which a message is waited for that is to be held up, in milliseconds; it usually takes one or two. */
const silenceMs = 1_000;

/**
 * Two clients that see whether messages pass from one node to another: one publishes on the one, and the other
 * consumes on the other, from a queue that is there.
 */
export class Canary {
  readonly #publisher: RawConnection;
  readonly #consumer: RawConnection;
  readonly #queue: string;
  readonly #of: string;
  #sent = 0;

  private constructor(publisher: RawConnection, consumer: RawConnection, queue: string, of: string) {
    this.#publisher = publisher;
    this.#consumer = consumer;
    this.#queue = queue;
    this.#of = of;
  }

  /**
   * @param of what it watches, for errors: `b to a`
   * @throws CouldNotRun when no message passes
   */
  static async open(of: string, from: Address, to: Address, access: Access): Promise<Canary> {
    const [publisher, consumer] = await Promise.all([clientOf(from, access), clientOf(to, access)]);
    const queue = `brokerproof-canary-${randomBytes(6).toString('hex')}`;
    const canary = new Canary(publisher, consumer, queue, of);
    try {
      await consumer.send('queue.declare', { queue, exclusive: true });
      await consumer.expect('queue.declare-ok', { within: answerMs });
      await consumer.send('basic.consume', { queue, noAck: true });
      await consumer.expect('basic.consume-ok', { within: answerMs });
      const passes = async () => await canary.#passes(passageMs);
      if (!(await askUntil(passes, (passed) => passed, { within: answerMs })))
        throw new CouldNotRun(`No message passes from ${of}.`);

      return canary;
    } catch (error) {
      canary.close();
      throw error;
    }
  }

  /** @throws CouldNotRun when a message passes still */
  async expectSilence(): Promise<void> {
    if (await this.#passes(silenceMs))
      throw new CouldNotRun(`A client sees messages pass from ${this.#of}, where nothing was to pass.`);
  }

  close(): void {
    this.#publisher.destroy();
    this.#consumer.destroy();
  }

  /** Whether a message arrives, and not one that was sent before it. */
  async #passes(within: number): Promise<boolean> {
    this.#sent += 1;
    const body = String(this.#sent);
    await this.#publisher.send(
      'basic.publish',
      { routingKey: this.#queue },
      { content: { body: Buffer.from(body) } },
    );
    try {
      for (;;) {
        const { body: arrived } = await this.#consumer.expect('basic.deliver', { within });
        if (arrived.toString() === body) return true;
      }
    } catch (error) {
      // Nothing came, or its node has ended the connection
      if (error instanceof ConversationError) return false;
      throw error;
    }
  }
}

async function clientOf(amqp: Address, access: Access): Promise<RawConnection> {
  const { connection } = await openConnection({ amqp, ...access }, { within: answerMs });
  await openChannel(connection, { amqp }, answerMs);
  return connection;
}
