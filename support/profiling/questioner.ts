import { setTimeout as delay } from 'node:timers/promises';
import type { Access, Address } from '../broker/broker.ts';
import { messageOf } from '../errors.ts';
import { newRunName } from '../management/run-name.ts';
import { askUntil } from '../waiting/until.ts';
import type { Command, FieldTable, MethodArguments, MethodName } from '../wire/index.ts';
import { answerMs, ClientConnection, NoAnswer, type OnChannel, Refused } from './client-connection.ts';
import { readRefusal } from './reading.ts';

/** The broker refused what the conversation is about, and so says that it does not have it. */
export class DoesNotHave extends Refused {}

/**
 * Marks the step of a conversation that it is about: that the broker refuses this is an answer, and that it refuses
 * anything else is none.
 *
 * @throws DoesNotHave when it refuses it because it does not know it
 */
export async function asked<Result>(step: Promise<Result>): Promise<Result> {
  try {
    return await step;
  } catch (error) {
    throw error instanceof Refused && readRefusal(error).has === false ? new DoesNotHave(error) : error;
  }
}

/** Whether the broker takes it. */
export async function accepts(step: Promise<unknown>): Promise<boolean> {
  return await asked(step).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DoesNotHave) return false;
      throw error;
    },
  );
}

/** A message that was delivered to a consumer. */
interface Delivery {
  /** The channel of the consumer. */
  channel: number;
  consumerTag: string;
  deliveryTag: bigint;
  body: string;
}

/**
 * One side of a conversation with a broker: a connection of its own, on which queues and exchanges of its own are
 * declared, published to and looked into. Their names begin with `brokerproof-`, and all of them are taken away at
 * the end.
 */
export class Questioner {
  readonly connection: ClientConnection;
  readonly #broker: Access & { amqp: Address };
  readonly #name = newRunName();
  readonly #queues: string[] = [];
  readonly #exchanges: string[] = [];
  readonly #consumers: { consumerTag: string; channel: number }[] = [];

  private constructor(broker: Access & { amqp: Address }, connection: ClientConnection) {
    this.#broker = broker;
    this.connection = connection;
  }

  /**
   * Connects and logs in.
   *
   * @param signal breaks off the conversation
   * @throws BrokerWentAway when that fails, since it worked before
   */
  static async connect(broker: Access & { amqp: Address }, signal: AbortSignal): Promise<Questioner> {
    return new Questioner(broker, await ClientConnection.open(broker, signal));
  }

  /**
   * Declares a queue. One that is not durable is exclusive, and goes with the connection.
   *
   * @returns its name
   */
  async queue(
    queueArguments: FieldTable = [],
    { durable = false, exclusive = !durable }: { durable?: boolean; exclusive?: boolean } = {},
  ): Promise<string> {
    const queue = `${this.#name}-queue-${this.#queues.length + 1}`;
    this.#queues.push(queue);
    await this.connection.call('queue.declare', { queue, durable, exclusive, arguments: queueArguments });
    return queue;
  }

  /** Declares an exchange. @returns its name */
  async exchange(
    type: 'direct' | 'fanout',
    more: Partial<MethodArguments<'exchange.declare'>> = {},
  ): Promise<string> {
    const exchange = `${this.#name}-exchange-${this.#exchanges.length + 1}`;
    this.#exchanges.push(exchange);
    await this.connection.call('exchange.declare', { exchange, type, ...more });
    return exchange;
  }

  async bind(queue: string, exchange: string, routingKey = ''): Promise<void> {
    await this.connection.call('queue.bind', { queue, exchange, routingKey });
  }

  /** Takes a message out of a queue; none when there is none. */
  async get(
    queue: string,
    { noAck = true, channel = 1 }: OnChannel & { noAck?: boolean } = {},
  ): Promise<Command<'basic.get-ok'> | undefined> {
    const answer = await this.connection.call('basic.get', { queue, noAck }, { channel });
    return answer.is('basic.get-ok') ? answer : undefined;
  }

  /**
   * The bodies of what a queue gives, up to one that was sent by the same way after all others.
   *
   * @throws NoAnswer when that one does not arrive
   */
  async arrivals(queue: string, last: string): Promise<string[]> {
    const bodies: string[] = [];
    await askUntil(
      async () => {
        const message = await this.get(queue);
        if (message !== undefined) bodies.push(message.body.toString());
      },
      () => bodies.includes(last),
      { within: answerMs },
    );
    if (!bodies.includes(last)) throw new NoAnswer('a message that was sent last did not arrive');
    return bodies;
  }

  /** The bodies of what is in a queue now. */
  async content(queue: string): Promise<string[]> {
    const bodies: string[] = [];
    for (let message = await this.get(queue); message !== undefined; message = await this.get(queue))
      bodies.push(message.body.toString());

    return bodies;
  }

  /** Waits until the broker has handled all that was published on channel 1 so far. */
  async handled(): Promise<void> {
    const queue = await this.queue();
    await this.connection.publish('', queue, 'last');
    await this.arrivals(queue, 'last');
  }

  /** How many messages of a queue wait for a consumer, as the broker counts. */
  async ready(queue: string): Promise<number> {
    const answer = await this.connection.call('queue.declare', { queue, passive: true });
    return answer.is('queue.declare-ok') ? answer.arguments.messageCount : 0;
  }

  /** Whether there is such a queue or exchange: whether a passive declaration finds it. */
  async exists(what: { queue: string } | { exchange: string; type: string }): Promise<boolean> {
    try {
      if ('queue' in what) await this.connection.call('queue.declare', { ...what, passive: true });
      // AMQP ignores the type then; not all brokers do
      else await this.connection.call('exchange.declare', { ...what, passive: true });
      return true;
    } catch (error) {
      if (error instanceof Refused && error.replyCode === 404) return false;
      throw error;
    }
  }

  /** Begins to consume. */
  async consume(
    queue: string,
    consumerTag: string,
    { channel = 1, ...more }: OnChannel & Partial<MethodArguments<'basic.consume'>> = {},
  ): Promise<void> {
    await this.connection.call('basic.consume', { queue, consumerTag, ...more }, { channel });
    this.#consumers.push({ consumerTag, channel });
  }

  /** Takes the next delivery on one of these channels. @throws NoAnswer when none comes */
  async delivery(...channels: number[]): Promise<Delivery> {
    const delivery = await this.deliveryWithin(answerMs, ...channels);
    if (delivery === undefined) throw new NoAnswer('a message was not delivered');
    return delivery;
  }

  /** Takes the next delivery on one of these channels; none when none comes within so many milliseconds. */
  async deliveryWithin(within: number, ...channels: number[]): Promise<Delivery | undefined> {
    const command = await this.connection.take(['basic.deliver'], { channels, within });
    if (command === undefined) return undefined;
    const { consumerTag, deliveryTag } = command.arguments;
    return {
      channel: command.channel,
      consumerTag: consumerTag.toString(),
      deliveryTag,
      body: command.body.toString(),
    };
  }

  /** Whether the broker sends this of its own accord. */
  async hears(name: MethodName, channel: number): Promise<boolean> {
    return (await this.connection.take([name], { channels: [channel], within: answerMs })) !== undefined;
  }

  /**
   * Ends the conversation, and takes away what it has made.
   *
   * @returns the names of what could not be taken away, of an exchange also why
   * @throws BrokerWentAway when there is nobody any more who could be asked to
   */
  async end(): Promise<string[]> {
    // Some brokers come to grief over a queue that goes while somebody consumes from it
    for (const { consumerTag, channel } of this.#consumers)
      await this.connection.call('basic.cancel', { consumerTag }, { channel }).catch(() => undefined);

    await this.connection.close();
    // By another connection, since a refusal may have closed this one; each on a channel of its own, since one that is
    // not answered holds up its channel
    const cleaner = await ClientConnection.open(this.#broker, new AbortController().signal);
    try {
      const queues = this.#queues.map(async (queue, index) => {
        const channels = { deletion: 1 + index, look: 201 + index };
        return (await isTakenAway(queue, cleaner, channels)) ? [] : [queue];
      });
      const left = (await Promise.all(queues)).flat();
      return [...left, ...(await this.#takeExchangesAway(cleaner))];
    } finally {
      await cleaner.close();
    }
  }

  /** What a broker fails at for others that go at that moment, as RabbitMQ 3.10 with 541, is asked for once more. */
  async #takeExchangesAway(cleaner: ClientConnection): Promise<string[]> {
    const stays = await takenAway(this.#exchanges, cleaner);
    for (const [exchange, error] of stays) {
      if (!(error instanceof Refused)) continue;
      const another = await ClientConnection.open(this.#broker, new AbortController().signal);
      const again = await takenAway([exchange], another);
      await another.close();
      if (!again.has(exchange)) stays.delete(exchange);
    }
    return [...stays].map(([exchange, error]) => `${exchange} (${messageOf(error)})`);
  }
}

/**
 * Takes exchanges away at once, each on a channel of its own.
 *
 * @returns what stays, by its name, with why
 */
async function takenAway(
  exchanges: readonly string[],
  cleaner: ClientConnection,
): Promise<Map<string, unknown>> {
  const stays = new Map<string, unknown>();
  const deletions = exchanges.map(async (exchange, index) => {
    try {
      await cleaner.call('exchange.delete', { exchange }, { channel: 101 + index });
    } catch (error) {
      if (!isNotFound(error)) stays.set(exchange, error);
    }
  });
  await Promise.all(deletions);
  return stays;
}

/**
 * Takes a queue away; one that goes with its connection is locked until the broker has come to it.
 *
 * @returns whether it is gone
 */
async function isTakenAway(
  queue: string,
  cleaner: ClientConnection,
  channels: { deletion: number; look: number },
): Promise<boolean> {
  const deadline = performance.now() + 2 * answerMs;
  for (;;) {
    if (await isGone(cleaner.call('queue.delete', { queue }, { channel: channels.deletion }))) return true;
    // Some brokers never answer for one that goes in that very moment
    const look = cleaner.call('queue.declare', { queue, passive: true }, { channel: channels.look });
    const isThere = await look.then(
      () => true,
      (error: unknown) => (error instanceof Refused ? !isNotFound(error) : undefined),
    );
    if (isThere === false) return true;
    if (isThere === undefined || performance.now() >= deadline) return false;
    await delay(25);
  }
}

async function isGone(deletion: Promise<unknown>): Promise<boolean> {
  return await deletion.then(() => true, isNotFound);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Refused && error.replyCode === 404;
}
