import {
  connect,
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  type Options,
} from 'amqplib';
import type { BrokerDescription, NodeName } from '../../broker/broker.ts';
import { ManagementClient } from '../../management/client.ts';
import { patiently } from '../../management/patiently.ts';
import { ConversationError, type HandshakeOptions, RawConnection } from '../../wire/index.ts';
import type { Mutant } from '../mutant.ts';
import type { MutantProxy } from '../proxy.ts';

/** A small conversation with a broker, and what it shows of a right one and of mutants. */
export interface Demonstration {
  readonly title: string;
  readonly observe: (bench: Bench) => Promise<unknown>;
  /** The versions of RabbitMQ where this can be seen, as a semver range; absent: all. */
  readonly versions?: string;
  /** What a right broker shows. */
  readonly right: unknown;
  /** What each of these shows instead. */
  readonly wrong: readonly (readonly [mutant: Mutant, shows: unknown])[];
}

export function demonstration(
  title: string,
  observe: Demonstration['observe'],
  right: unknown,
  ...wrong: Demonstration['wrong']
): Demonstration {
  return { title, observe, right, wrong };
}

/** Where a demonstration takes place: connections through a proxy, names of its own in a virtual host. */
export class Bench {
  readonly management: ManagementClient;
  readonly virtualHost: string;
  readonly #proxy: MutantProxy;
  readonly #broker: BrokerDescription;
  readonly #connections: ChannelModel[] = [];
  readonly #raw: RawConnection[] = [];
  readonly #prefix = crypto.randomUUID();

  constructor(proxy: MutantProxy, broker: BrokerDescription, virtualHost: string) {
    this.#proxy = proxy;
    this.#broker = broker;
    this.virtualHost = virtualHost;
    const { username, password } = broker;
    this.management = new ManagementClient({ url: proxy.managementUrl ?? '', username, password });
  }

  /** A name that no other demonstration has. */
  readonly name = (what = 'tasks'): string => `${this.#prefix}.${what}`;

  /**
   * Asks for a list. RabbitMQ 3.10 answers with 500 as long as one of the queues is a stream that has no leader yet, and
   * where two ask for connections at once that are the first to do so; other demonstrations take place at the same time.
   */
  readonly listed = async <Item>(ask: () => Promise<Item[]>): Promise<Item[]> =>
    await patiently(ask, { interval: 20 });

  /** What is shown without what differs from demonstration to demonstration. */
  readonly plainly = (text: string): string =>
    text.replaceAll(`${this.#prefix}.`, '').replaceAll(this.virtualHost, '/');

  /** @param node of a cluster, to which it connects */
  readonly client = async (options: Options.Connect = {}, node?: NodeName): Promise<ChannelModel> => {
    const { username, password } = this.#broker;
    const { host, port } = this.#proxy.nodes?.find(({ name }) => name === node)?.amqp ?? this.#proxy.amqp;
    const connection = await connect(
      { hostname: host, port, username, password, vhost: encodeURIComponent(this.virtualHost), ...options },
      { noDelay: true },
    );
    connection.on('error', () => {});
    this.#connections.push(connection);
    return connection;
  };

  readonly channel = async (): Promise<Channel> => quiet(await (await this.client()).createChannel());

  readonly confirmChannel = async (): Promise<ConfirmChannel> =>
    quiet(await (await this.client()).createConfirmChannel());

  /**
   * An open connection on which a demonstration says every method itself, with channel 1 open.
   *
   * @param unusual in the handshake; with `until`, it ends there and no channel is opened
   */
  readonly raw = async (
    unusual: Pick<HandshakeOptions, 'startOk' | 'tuneOk' | 'until'> = {},
  ): Promise<RawConnection> => {
    const { username, password } = this.#broker;
    const raw = await RawConnection.connect(this.#proxy.amqp);
    this.#raw.push(raw);
    await raw.open({ username, password, virtualHost: this.virtualHost, ...unusual });
    if (unusual.until !== undefined) return raw;
    await raw.send('channel.open');
    await raw.expect('channel.open-ok');
    return raw;
  };

  /** A queue that is bound to an exchange, and the channel that made both. */
  readonly bound = async (type: string, key = '', args: Record<string, unknown> = {}) => {
    const sender = await this.channel();
    const { exchange } = await sender.assertExchange(this.name('logs'), type);
    const { queue } = await sender.assertQueue(this.name());
    await sender.bindQueue(queue, exchange, key, args);
    return { sender, exchange, queue };
  };

  /** An exchange that is bound to another, and the channel that made both. */
  readonly chained = async () => {
    const sender = await this.channel();
    const [source, destination] = [this.name('source'), this.name('destination')];
    await sender.assertExchange(source, 'fanout');
    await sender.assertExchange(destination, 'fanout');
    await sender.bindExchange(destination, source, '');
    return { sender, source, destination };
  };

  /** A worker that has got what was sent to its queue. */
  readonly delivering = async (bodies: readonly string[], options: Options.Consume = {}) => {
    const [worker, sender] = [await this.channel(), await this.channel()];
    const { queue } = await sender.assertQueue(this.name());
    await send(sender, queue, ...bodies);
    const consumer = await consume(worker, queue, options);
    await delivered(worker, queue);
    return { worker, sender, queue, ...consumer };
  };

  async close(): Promise<void> {
    for (const raw of this.#raw) raw.destroy();
    await Promise.allSettled(this.#connections.map((connection) => connection.close()));
    await this.management.close();
  }
}

function quiet<Kind extends Channel>(channel: Kind): Kind {
  channel.on('error', () => {});
  return channel;
}

/** Starts a consumer, and keeps what it gets. */
export async function consume(
  channel: Channel,
  queue: string,
  options: Options.Consume = {},
): Promise<{ tag: string; got: ConsumeMessage[]; bodies: () => string[] }> {
  const got: ConsumeMessage[] = [];
  const { consumerTag } = await channel.consume(
    queue,
    (message) => message !== null && got.push(message),
    options,
  );
  return { tag: consumerTag, got, bodies: () => got.map(({ content }) => content.toString()) };
}

/** Publishes, and waits until the broker has dealt with it. */
export async function send(channel: Channel, queue: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body));
  await settled(channel);
}

/** Waits until the broker has dealt with all that was said on a channel. */
export async function settled(channel: Channel): Promise<void> {
  await channel.checkExchange('amq.direct');
}

/**
 * Waits until all that a queue had for the consumers of a channel has come. `basic.get` stands in line behind
 * what was published and requeued, which a passive declaration overtakes; what comes ready is taken and kept.
 */
export async function delivered(channel: Channel, queue: string): Promise<void> {
  await channel.get(queue);
  // The answer may overtake the deliveries inside the broker; the next one can't
  await settled(channel);
}

/** Publishes, and waits until the broker has confirmed it: then each count of the queue includes it. */
export async function confirmed(channel: ConfirmChannel, queue: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body));
  await channel.waitForConfirms();
}

/** Takes all that is in a queue. */
export async function takeAll(channel: Channel, queue: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message === false) return bodies;
    bodies.push(message.content.toString());
  }
}

/** How something is refused: the code and the class and method that it names; or `'not refused'`. */
export async function refusal(
  asked: Promise<unknown>,
): Promise<{ code: number; method: readonly [number, number] } | 'not refused'> {
  try {
    await asked;
    return 'not refused';
  } catch (error) {
    const { code, classId, methodId } = error as { code: number; classId: number; methodId: number };
    return { code, method: [classId, methodId] };
  }
}

/** What a raw connection expects of the broker; `undefined` where something else comes, or nothing more. */
export async function ifItComes<What>(expected: Promise<What>): Promise<What | undefined> {
  try {
    return await expected;
  } catch (error) {
    if (error instanceof ConversationError) return undefined;
    throw error;
  }
}
