import { EventEmitter } from 'node:events';
import type { Channel as AmqpChannel, ChannelModel, ConsumeMessage } from 'amqplib';
import { answered } from '../waiting/until.ts';
import type { EvidenceEvent } from '../evidence/evidence.ts';
import type { Seen } from '../evidence/recorder.ts';
import type { Connection } from './connection.ts';
import { bodyOf, Delivery, labelOf, type Message, propertiesOf, Returned } from './messages.ts';
import { ConnectionLost, RefusedByBroker, refusalOf } from './refusal.ts';

/** Arguments of `queue.declare` and the like, as a plain object. */
export type Arguments = Record<string, unknown>;

/** @see https://www.rabbitmq.com/docs/queues#properties */
export interface QueueProperties {
  /** Survives a restart of the broker. Default `true`: other queues are deprecated unless they are exclusive. */
  durable?: boolean;
  /** Belongs to the connection that declares it, and goes with it. Default `false`. */
  exclusive?: boolean;
  /** Goes with its last consumer. Default `false`. */
  autoDelete?: boolean;
  arguments?: Arguments;
}

/** @see https://www.rabbitmq.com/docs/exchanges#properties */
export interface ExchangeProperties {
  /** Survives a restart of the broker. Default `true`. */
  durable?: boolean;
  /** Goes with its last binding. Default `false`. */
  autoDelete?: boolean;
  /** Takes no messages from clients, only from other exchanges. Default `false`. */
  internal?: boolean;
  arguments?: Arguments;
}

/** @see https://www.rabbitmq.com/docs/consumers */
export interface ConsumeProperties {
  /** Default: the broker makes one. */
  consumerTag?: string;
  /** Automatic acknowledgement. Default `false`. */
  noAck?: boolean;
  exclusive?: boolean;
  noLocal?: boolean;
  arguments?: Arguments;
}

/** What the broker answered to a publish in confirm mode; `none`: nothing at all. */
export type Confirmation = 'ack' | 'nack' | 'none';

/**
 * A channel with the methods of AMQP 0-9-1, under their names. Whatever it sends and receives goes
 * into the evidence. Emits `change` when something arrived and when it ended.
 */
export class Channel extends EventEmitter<{ change: []; delivery: [Delivery] }> {
  readonly connection: Connection;
  /** Channel number on its connection. */
  readonly number: number;
  readonly #channel: AmqpChannel;
  /** Where a delivery came from, by its tag. */
  readonly #queues = new Map<number, string>();
  #refusal: RefusedByBroker | undefined;
  #closed = false;
  #published = 0;

  /** The messages that came back by `basic.return`, in order. */
  readonly returned: Returned[] = [];
  /** What the broker confirmed, by sequence number from 1: each entry all that came for it, so that twice would show. */
  readonly confirmations = new Map<number, Confirmation[]>();
  /** The tags of consumers that the broker cancelled by itself. */
  readonly cancelled: string[] = [];

  static async open(connection: Connection, model: ChannelModel, confirms: boolean): Promise<Channel> {
    try {
      const opening = confirms ? model.createConfirmChannel() : model.createChannel();
      const channel = await answered('channel.open', opening);
      return new Channel(connection, channel);
    } catch (error) {
      throw await reasonOf(error, undefined, connection);
    }
  }

  private constructor(connection: Connection, channel: AmqpChannel) {
    super();
    this.setMaxListeners(0);
    this.connection = connection;
    this.#channel = channel;
    // amqplib keeps the number to itself
    this.number = (channel as unknown as { ch: number }).ch;
    connection.on('change', () => this.emit('change'));
    channel.on('error', (error) => {
      const refusal = refusalOf(error, 'channel');
      if (refusal === undefined) return;
      this.#refusal = new RefusedByBroker(refusal, { cause: error });
      this.#saw({
        direction: 'in',
        what: 'channel.close',
        label: String(refusal.code),
        fields: { text: refusal.text, method: refusal.method ?? '' },
      });
    });
    channel.on('close', () => {
      this.#closed = true;
      this.emit('change');
    });
    channel.on('return', (message) => {
      const returned = new Returned(message as unknown as ConstructorParameters<typeof Returned>[0]);
      this.returned.push(returned);
      this.#saw({
        direction: 'in',
        what: 'basic.return',
        label: labelOf(returned.content),
        via: { kind: 'exchange', name: returned.exchange },
        fields: { code: returned.replyCode, text: returned.replyText, routingKey: returned.routingKey },
      });
      this.emit('change');
    });
    channel.on('ack', (fields) => this.#confirmed('ack', fields));
    channel.on('nack', (fields) => this.#confirmed('nack', fields));
    channel.on('cancel', ({ consumerTag }) => {
      this.cancelled.push(consumerTag);
      this.#saw({ direction: 'in', what: 'basic.cancel', label: consumerTag });
      this.emit('change');
    });
  }

  /** How it ended when the spec did not end it: refused by the broker, or the connection under it is gone. */
  get end(): RefusedByBroker | ConnectionLost | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const end = this.connection.end;
    return end === 'closed' ? undefined : end;
  }

  /** Whether it is open, and nobody has begun to close it. */
  get open(): boolean {
    return !this.#closed && this.connection.open;
  }

  /** How many messages were published on it; the sequence number of the last one in confirm mode. */
  get published(): number {
    return this.#published;
  }

  /** An empty name asks the broker for one. */
  async declareQueue(name: string, properties: QueueProperties = {}) {
    const { durable = true, exclusive = false, autoDelete = false, arguments: args = {} } = properties;
    const answer = await this.#call(
      'queue.declare',
      { via: { kind: 'queue', name }, fields: { durable, exclusive, autoDelete, ...flat(args) } },
      () => this.#channel.assertQueue(name, { durable, exclusive, autoDelete, arguments: args }),
    );
    return answer;
  }

  /** Asks for a queue without making it: `queue.declare` with `passive`. */
  async declareQueuePassively(name: string) {
    return await this.#call(
      'queue.declare',
      { via: { kind: 'queue', name }, fields: { passive: true } },
      () => this.#channel.checkQueue(name),
    );
  }

  async deleteQueue(name: string, options: { ifUnused?: boolean; ifEmpty?: boolean } = {}) {
    return await this.#call('queue.delete', { via: { kind: 'queue', name }, fields: { ...options } }, () =>
      this.#channel.deleteQueue(name, options),
    );
  }

  async purgeQueue(name: string) {
    return await this.#call('queue.purge', { via: { kind: 'queue', name } }, () =>
      this.#channel.purgeQueue(name),
    );
  }

  async bindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call(
      'queue.bind',
      {
        label: `${queue} ← ${exchange}`,
        via: { kind: 'exchange', name: exchange },
        fields: { queue, key, ...flat(args) },
      },
      () => this.#channel.bindQueue(queue, exchange, key, args),
    );
  }

  async unbindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call(
      'queue.unbind',
      {
        label: `${queue} ← ${exchange}`,
        via: { kind: 'exchange', name: exchange },
        fields: { queue, key, ...flat(args) },
      },
      () => this.#channel.unbindQueue(queue, exchange, key, args),
    );
  }

  /** `exchange.bind`: what matches goes on from the source to the destination. */
  async bindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('exchange.bind', exchangesBound(destination, source, key, args), () =>
      this.#channel.bindExchange(destination, source, key, args),
    );
  }

  async unbindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('exchange.unbind', exchangesBound(destination, source, key, args), () =>
      this.#channel.unbindExchange(destination, source, key, args),
    );
  }

  async declareExchange(name: string, type: string, properties: ExchangeProperties = {}): Promise<void> {
    const { durable = true, autoDelete = false, internal = false, arguments: args = {} } = properties;
    await this.#call(
      'exchange.declare',
      {
        via: { kind: 'exchange', name },
        label: type,
        fields: { durable, autoDelete, internal, ...flat(args) },
      },
      () => this.#channel.assertExchange(name, type, { durable, autoDelete, internal, arguments: args }),
    );
  }

  /** Asks for an exchange without making it: `exchange.declare` with `passive`. */
  async declareExchangePassively(name: string): Promise<void> {
    await this.#call('exchange.declare', { via: { kind: 'exchange', name }, fields: { passive: true } }, () =>
      this.#channel.checkExchange(name),
    );
  }

  async deleteExchange(name: string, options: { ifUnused?: boolean } = {}): Promise<void> {
    await this.#call('exchange.delete', { via: { kind: 'exchange', name }, fields: { ...options } }, () =>
      this.#channel.deleteExchange(name, options),
    );
  }

  /** Writes a publish, and does not wait for anything. */
  publish(
    exchange: string,
    routingKey: string,
    message: Message,
    options: { mandatory?: boolean } = {},
  ): void {
    const content = bodyOf(message);
    const properties = propertiesOf(message);
    this.#published += 1;
    this.#saw({
      direction: 'out',
      what: 'basic.publish',
      label: labelOf(content),
      via: exchange === '' ? { kind: 'queue', name: routingKey } : { kind: 'exchange', name: exchange },
      fields: { exchange, routingKey, ...options, ...flat(properties) },
    });
    try {
      this.#channel.publish(exchange, routingKey, content, { ...properties, ...options });
    } catch (error) {
      throw this.end ?? error;
    }
  }

  /** Takes one message (`basic.get`); `undefined` is `basic.get-empty`. */
  async get(queue: string, { noAck = false }: { noAck?: boolean } = {}): Promise<Delivery | undefined> {
    const answer = await this.#call(
      'basic.get',
      { via: { kind: 'queue', name: queue }, fields: { noAck } },
      () => this.#channel.get(queue, { noAck }),
    );
    if (answer === false) {
      this.#saw({ direction: 'in', what: 'basic.get-empty', via: { kind: 'queue', name: queue } });
      return undefined;
    }
    const delivery = new Delivery(answer);
    this.#sawDelivery('basic.get-ok', delivery, queue);
    return delivery;
  }

  /** Starts a consumer and gives its tag; what it is sent comes as `delivery` events. */
  async consume(queue: string, properties: ConsumeProperties = {}): Promise<string> {
    const { consumerTag } = await this.#call(
      'basic.consume',
      {
        via: { kind: 'queue', name: queue },
        fields: { noAck: properties.noAck ?? false, ...flat(properties.arguments) },
      },
      () => this.#channel.consume(queue, (message) => this.#delivered(message, queue), properties),
    );
    return consumerTag;
  }

  async cancel(consumerTag: string): Promise<void> {
    await this.#call('basic.cancel', { label: consumerTag }, () => this.#channel.cancel(consumerTag));
  }

  /** A delivery, or the tag alone. */
  ack(delivery: Delivery | number, { multiple = false }: { multiple?: boolean } = {}): void {
    this.#settle('basic.ack', delivery, { multiple }, (message) => this.#channel.ack(message, multiple));
  }

  /** @see https://www.rabbitmq.com/docs/nack */
  nack(
    delivery: Delivery | number,
    { multiple = false, requeue = true }: { multiple?: boolean; requeue?: boolean } = {},
  ): void {
    this.#settle('basic.nack', delivery, { multiple, requeue }, (message) =>
      this.#channel.nack(message, multiple, requeue),
    );
  }

  reject(delivery: Delivery | number, { requeue = true }: { requeue?: boolean } = {}): void {
    this.#settle('basic.reject', delivery, { requeue }, (message) => this.#channel.reject(message, requeue));
  }

  /** `basic.recover`: everything unacknowledged on this channel goes back to its queue. */
  async recover(): Promise<void> {
    await this.#call('basic.recover', {}, () => this.#channel.recover());
  }

  /** `basic.qos`; `global` as RabbitMQ reads it: shared by the channel instead of for each new consumer. */
  async qos(prefetchCount: number, { global = false }: { global?: boolean } = {}): Promise<void> {
    await this.#call('basic.qos', { label: String(prefetchCount), fields: { global } }, () =>
      this.#channel.prefetch(prefetchCount, global),
    );
  }

  /**
   * Waits until the broker has dealt with all that was sent on this channel: methods of a channel are
   * handled in order, so the answer to one more tells. Not for the channel of a consumer, whose
   * prefetch the question would change.
   */
  async settled(): Promise<void> {
    await this.#question(() => this.#channel.prefetch(0, false));
  }

  /**
   * Waits until all that the broker had sent to this channel for a queue has arrived. The answer of the queue
   * tells that it has handed over what it had, and may overtake that inside the channel; the next answer of
   * the channel can't. Both are asked for what every broker answers.
   *
   * @returns whether the queue could still be asked
   */
  async caughtUpWith(queue: string): Promise<boolean> {
    if (!this.open) return false;
    await this.#question(() => this.#channel.checkQueue(queue));
    await this.#question(() => this.#channel.checkQueue(queue));
    return true;
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.#closed = true;
    await this.#call('channel.close', {}, () => this.#channel.close());
  }

  /** A question of the harness: its answer matters, and it is not part of the evidence. */
  async #question(ask: () => Promise<unknown>): Promise<void> {
    await this.#answered('a question', ask);
  }

  async #answered<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await answered(what, call());
    } catch (error) {
      throw await reasonOf(error, this, this.connection);
    }
  }

  async #call<Answer>(
    what: string,
    seen: Pick<Seen, 'label' | 'via' | 'fields'>,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#saw({ direction: 'out', what, ...seen });
    return await this.#answered(what, call);
  }

  #settle(
    what: string,
    delivery: Delivery | number,
    flags: Record<string, boolean>,
    settle: (message: ConsumeMessage) => void,
  ): void {
    const deliveryTag = typeof delivery === 'number' ? delivery : delivery.deliveryTag;
    const name = this.#queues.get(deliveryTag);
    this.#saw({
      direction: 'out',
      what,
      label: typeof delivery === 'number' ? `tag ${deliveryTag}` : labelOf(delivery.content),
      ...(name === undefined ? {} : { via: { kind: 'queue', name } }),
      fields: { deliveryTag, ...flags },
    });
    try {
      // amqplib reads nothing but the tag
      settle({ fields: { deliveryTag } } as ConsumeMessage);
    } catch (error) {
      throw this.end ?? error;
    }
  }

  #delivered(message: ConsumeMessage | null, queue: string): void {
    if (message === null) return; // the broker cancelled the consumer: told by the `cancel` event
    const delivery = new Delivery(message);
    this.#sawDelivery('basic.deliver', delivery, queue);
    this.emit('delivery', delivery);
    this.emit('change');
  }

  #sawDelivery(what: string, delivery: Delivery, queue: string): void {
    this.#queues.set(delivery.deliveryTag, queue);
    this.#saw({
      direction: 'in',
      what,
      label: labelOf(delivery.content),
      via: { kind: 'queue', name: queue },
      fields: {
        deliveryTag: delivery.deliveryTag,
        redelivered: delivery.redelivered,
        exchange: delivery.exchange,
        routingKey: delivery.routingKey,
      },
    });
  }

  #confirmed(
    confirmation: Confirmation,
    { deliveryTag, multiple }: { deliveryTag: number; multiple: boolean },
  ): void {
    this.#saw({
      direction: 'in',
      what: `basic.${confirmation}`,
      label: multiple ? `up to ${deliveryTag}` : String(deliveryTag),
      fields: { multiple },
    });
    const first = multiple ? 1 : deliveryTag;
    for (let sequence = first; sequence <= deliveryTag; sequence += 1) {
      const known = this.confirmations.get(sequence);
      if (known === undefined) this.confirmations.set(sequence, [confirmation]);
      else if (!multiple) known.push(confirmation);
    }
    this.emit('change');
  }

  #saw(seen: Seen): EvidenceEvent {
    return this.connection.witness.saw({
      connection: this.connection.number,
      channel: this.number,
      ...seen,
    });
  }
}

/** Turns an error of the client library into what the broker did. */
async function reasonOf(
  error: unknown,
  channel: Channel | undefined,
  connection: Connection,
): Promise<unknown> {
  const refusal = refusalOf(error, 'channel');
  if (refusal !== undefined) return new RefusedByBroker(refusal, { cause: error });
  // A pending method is rejected just before the end of its connection is told
  await new Promise(setImmediate);
  if (channel?.end !== undefined) return channel.end;
  if (connection.end !== undefined && connection.end !== 'closed') return connection.end;
  return error;
}

function exchangesBound(destination: string, source: string, key: string, args: Arguments) {
  return {
    label: `${destination} ← ${source}`,
    via: { kind: 'exchange', name: source },
    fields: { destination, key, ...flat(args) },
  } as const;
}

/** Values for the text of the evidence. */
function flat(values: object = {}): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        ['string', 'number', 'boolean'].includes(typeof value) ? (value as string) : JSON.stringify(value),
      ]),
  );
}
