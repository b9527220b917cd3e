import { EventEmitter } from 'node:events';
import type { Channel as AmqpChannel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Opening } from '../broker/handshake.ts';
import type { Seen, Witness } from '../evidence/recorder.ts';
import { type ConnectionLost, RefusedByBroker } from '../wire/index.ts';
import { declareExchange, numberOf } from './amqplib-channel.ts';
import { answeredBy } from './answered.ts';
import { bindingOf, ChannelRecord } from './channel-record.ts';
import type {
  Arguments,
  ConsumeProperties,
  ExchangeProperties,
  QueueProperties,
} from './channel-properties.ts';
import type { QueueTypeUnderTest } from './queue-type-under-test.ts';
import { Confirmations } from './confirmations.ts';
import { flat } from './flat.ts';
import { bodyOf, Delivery, type Message, propertiesOf, Returned } from './messages.ts';
import { reasonOf, refusalOf } from './refusal.ts';

/** How a channel is opened. */
export interface ChannelOptions {
  /** In confirm mode; default `false`. */
  confirms?: boolean;
  /** Who uses it; default: the connection's own client. */
  witness?: Witness;
}

/** The connection that carries a channel. Emits `change` when it ends. */
export interface Carrier extends EventEmitter {
  /** In the order in which the spec opened them, from 1. */
  readonly number: number;
  /** How another connection is opened to the same listener, as the same user. */
  readonly opening: Opening;
  /** Of which queues are that are declared on it. */
  readonly queueType: QueueTypeUnderTest;
  /** How it ended, or `undefined` while it is open. */
  readonly end: RefusedByBroker | ConnectionLost | 'closed' | undefined;
  /** Whether it is open, and nobody has begun to close it. */
  readonly open: boolean;
  /** Opens another channel. */
  channel(options?: ChannelOptions): Promise<Channel>;
  /** Closes it in order. */
  close(): Promise<void>;
  /** Breaks it off without a word. */
  cut(): void;
  /**
   * Asks the broker for a channel on it, as a question of the harness; nothing where a broker may be silent: one that the
   * spec has changed, or that has closed a channel of it, and opened none since.
   */
  askForChannel(): Promise<unknown>;
}

/**
 * A channel with the methods of AMQP 0-9-1, under their names. Whatever it sends and receives goes
 * into the evidence. Emits `change` when something arrived and when it ended.
 */
export class Channel extends EventEmitter<{ change: []; delivery: [Delivery] }> {
  readonly connection: Carrier;
  /** The messages that came back by `basic.return`, in order. */
  readonly returned: Returned[] = [];
  /** What the broker confirmed, in confirm mode. */
  readonly confirmations = new Confirmations();
  /** The tags of consumers that the broker cancelled by itself. */
  readonly cancelled: string[] = [];
  readonly #amqp: AmqpChannel;
  readonly #record: ChannelRecord;
  #published = 0;
  #refusal: RefusedByBroker | undefined;
  #closed = false;

  /** @throws RefusedByBroker, ConnectionLost, Unanswered, CouldNotRun when the broker does not open it */
  static async open(
    connection: Carrier,
    model: ChannelModel,
    confirms: boolean,
    witness: Witness,
  ): Promise<Channel> {
    try {
      const opened = confirms ? model.createConfirmChannel() : model.createChannel();
      const { opening } = connection;
      const channel = await answeredBy({ opening }, 'channel.open', opened);
      return new Channel(connection, channel, witness);
    } catch (error) {
      throw await reasonOf(error, () => (connection.end === 'closed' ? undefined : connection.end));
    }
  }

  private constructor(connection: Carrier, channel: AmqpChannel, witness: Witness) {
    super();
    this.setMaxListeners(0);
    this.connection = connection;
    this.#amqp = channel;
    const numbers = { connection: connection.number, channel: numberOf(channel) };
    this.#record = new ChannelRecord(witness, numbers);
    connection.on('change', () => this.emit('change'));
    channel.on('error', (error) => this.#failed(error));
    channel.on('close', () => {
      this.#closed = true;
      this.emit('change');
    });
    channel.on('return', (message) => this.#gotBack(message));
    channel.on('ack', (fields) => this.#confirmed('ack', fields));
    channel.on('nack', (fields) => this.#confirmed('nack', fields));
    channel.on('cancel', ({ consumerTag }) => {
      this.cancelled.push(consumerTag);
      this.#record.saw({ direction: 'in', what: 'basic.cancel', label: consumerTag });
      this.emit('change');
    });
  }

  /** From whose side it is recorded. */
  get witness(): Witness {
    return this.#record.witness;
  }

  /** How it ended when the spec did not end it: refused by the broker, or the connection under it is gone. */
  get end(): RefusedByBroker | ConnectionLost | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const { end } = this.connection;
    return end === 'closed' ? undefined : end;
  }

  /** Whether it is open, and nobody has begun to close it. */
  get open(): boolean {
    return !this.#closed && this.connection.open;
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.#closed = true;
    await this.#call('channel.close', {}, () => this.#amqp.close());
  }

  /** An empty name asks the broker for one. */
  async declareQueue(name: string, properties: QueueProperties = {}) {
    const { durable = true, exclusive = false, autoDelete = false } = properties;
    const args = this.connection.queueType.declare(name, properties);
    const answer = await this.#call(
      'queue.declare',
      { via: { kind: 'queue', name }, fields: { durable, exclusive, autoDelete, ...flat(args) } },
      () => this.#amqp.assertQueue(name, { durable, exclusive, autoDelete, arguments: args }),
    );
    if (name === '') {
      const via = { kind: 'queue', name: answer.queue } as const;
      this.#record.saw({ direction: 'in', what: 'queue.declare-ok', via, fields: { exclusive } });
    }
    return answer;
  }

  /** Asks for a queue without making it: `queue.declare` with `passive`. */
  async declareQueuePassively(name: string) {
    return await this.#call(
      'queue.declare',
      { via: { kind: 'queue', name }, fields: { passive: true } },
      () => this.#amqp.checkQueue(name),
    );
  }

  async deleteQueue(name: string, options: { ifUnused?: boolean; ifEmpty?: boolean } = {}) {
    return await this.#call('queue.delete', { via: { kind: 'queue', name }, fields: { ...options } }, () =>
      this.#amqp.deleteQueue(name, options),
    );
  }

  async purgeQueue(name: string) {
    return await this.#call('queue.purge', { via: { kind: 'queue', name } }, () =>
      this.#amqp.purgeQueue(name),
    );
  }

  async bindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('queue.bind', bindingOf({ queue }, exchange, key, args), () =>
      this.#amqp.bindQueue(queue, exchange, key, args),
    );
  }

  async unbindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('queue.unbind', bindingOf({ queue }, exchange, key, args), () =>
      this.#amqp.unbindQueue(queue, exchange, key, args),
    );
  }

  /** `exchange.bind`: what matches goes on from the source to the destination. */
  async bindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('exchange.bind', bindingOf({ destination }, source, key, args), () =>
      this.#amqp.bindExchange(destination, source, key, args),
    );
  }

  async unbindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.#call('exchange.unbind', bindingOf({ destination }, source, key, args), () =>
      this.#amqp.unbindExchange(destination, source, key, args),
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
      () => this.#amqp.assertExchange(name, type, { durable, autoDelete, internal, arguments: args }),
    );
  }

  /**
   * Asks for an exchange without making it: `exchange.declare` with `passive`. The type is one that every broker
   * knows: a broker is to ignore it, and some refuse the empty one all the same.
   */
  async declareExchangePassively(name: string): Promise<void> {
    const fields = { exchange: name, passive: true, type: 'direct' };
    await this.#call('exchange.declare', { via: { kind: 'exchange', name }, fields: { passive: true } }, () =>
      declareExchange(this.#amqp, fields),
    );
  }

  async deleteExchange(name: string, options: { ifUnused?: boolean } = {}): Promise<void> {
    await this.#call('exchange.delete', { via: { kind: 'exchange', name }, fields: { ...options } }, () =>
      this.#amqp.deleteExchange(name, options),
    );
  }

  /** How many messages were published on it; the sequence number of the last one in confirm mode. */
  get published(): number {
    return this.#published;
  }

  /** Writes a publish, and does not wait for anything. */
  publish(
    exchange: string,
    routingKey: string,
    message: Message,
    options: { mandatory?: boolean } = {},
  ): void {
    const content = bodyOf(message);
    const properties = { ...propertiesOf(message), ...options };
    this.#published += 1;
    this.#record.published(content, exchange, routingKey, properties);
    this.#write(() => this.#amqp.publish(exchange, routingKey, content, properties));
  }

  /** Takes one message (`basic.get`); `undefined` is `basic.get-empty`. */
  async get(queue: string, { noAck = false }: { noAck?: boolean } = {}): Promise<Delivery | undefined> {
    const answer = await this.#call(
      'basic.get',
      { via: { kind: 'queue', name: queue }, fields: { noAck } },
      () => this.#amqp.get(queue, { noAck }),
    );
    if (answer === false) {
      this.#record.saw({ direction: 'in', what: 'basic.get-empty', via: { kind: 'queue', name: queue } });
      return undefined;
    }
    const delivery = new Delivery(answer);
    this.#record.delivered('basic.get-ok', delivery, queue);
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
      () => this.#amqp.consume(queue, (message) => this.#delivered(message, queue), properties),
    );
    return consumerTag;
  }

  async cancel(consumerTag: string): Promise<void> {
    await this.#call('basic.cancel', { label: consumerTag }, () => this.#amqp.cancel(consumerTag));
  }

  /** A delivery, or the tag alone. */
  ack(delivery: Delivery | number, { multiple = false }: { multiple?: boolean } = {}): void {
    this.#settle('basic.ack', delivery, { multiple }, (message) => this.#amqp.ack(message, multiple));
  }

  /** @see https://www.rabbitmq.com/docs/nack */
  nack(
    delivery: Delivery | number,
    { multiple = false, requeue = true }: { multiple?: boolean; requeue?: boolean } = {},
  ): void {
    this.#settle('basic.nack', delivery, { multiple, requeue }, (message) =>
      this.#amqp.nack(message, multiple, requeue),
    );
  }

  reject(delivery: Delivery | number, { requeue = true }: { requeue?: boolean } = {}): void {
    this.#settle('basic.reject', delivery, { requeue }, (message) => this.#amqp.reject(message, requeue));
  }

  /** `basic.recover`: everything unacknowledged on this channel goes back to its queue. */
  async recover(): Promise<void> {
    await this.#call('basic.recover', {}, () => this.#amqp.recover());
  }

  /** `basic.qos`; `global` as RabbitMQ reads it: shared by the channel instead of for each new consumer. */
  async qos(prefetchCount: number, { global = false }: { global?: boolean } = {}): Promise<void> {
    await this.#call('basic.qos', { label: String(prefetchCount), fields: { global } }, () =>
      this.#amqp.prefetch(prefetchCount, global),
    );
  }

  /**
   * Waits until the broker has dealt with all that was sent on this channel: methods of a channel are
   * handled in order, so the answer to one more tells. Not for the channel of a consumer, whose
   * prefetch the question would change.
   */
  async settled(): Promise<void> {
    await this.#question(() => this.#amqp.prefetch(0, false));
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
    await this.#question(() => this.#amqp.checkQueue(queue));
    await this.#question(() => this.#amqp.checkQueue(queue));
    return true;
  }

  /** A question of the harness: its answer matters, and it is not part of the evidence. */
  async #question(ask: () => Promise<unknown>): Promise<void> {
    await this.#answered('a question', ask);
  }

  async #call<Answer>(
    what: string,
    seen: Pick<Seen, 'label' | 'via' | 'fields'>,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#record.saw({ direction: 'out', what, ...seen });
    return await this.#answered(what, call);
  }

  async #answered<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await answeredBy(this.connection, what, call());
    } catch (error) {
      throw await reasonOf(error, () => this.end);
    }
  }

  #settle(
    what: string,
    delivery: Delivery | number,
    flags: Record<string, boolean>,
    settle: (message: ConsumeMessage) => void,
  ): void {
    const deliveryTag = typeof delivery === 'number' ? delivery : delivery.deliveryTag;
    this.#record.settled(what, delivery, flags);
    // amqplib reads nothing but the tag
    this.#write(() => settle({ fields: { deliveryTag } } as ConsumeMessage));
  }

  /** Sends what is not answered. */
  #write(send: () => unknown): void {
    try {
      send();
    } catch (error) {
      throw this.end ?? error;
    }
  }

  #delivered(message: ConsumeMessage | null, queue: string): void {
    if (message === null) return; // the broker cancelled the consumer: told by the `cancel` event
    const delivery = new Delivery(message);
    this.#record.delivered('basic.deliver', delivery, queue);
    this.emit('delivery', delivery);
    this.emit('change');
  }

  #gotBack(message: unknown): void {
    const returned = new Returned(message as ConstructorParameters<typeof Returned>[0]);
    this.returned.push(returned);
    this.#record.returned(returned);
    this.emit('change');
  }

  #confirmed(
    confirmation: 'ack' | 'nack',
    { deliveryTag, multiple }: { deliveryTag: number; multiple: boolean },
  ): void {
    this.#record.confirmed(confirmation, deliveryTag, multiple);
    this.confirmations.add(confirmation, deliveryTag, multiple);
    this.emit('change');
  }

  #failed(error: unknown): void {
    const refusal = refusalOf(error, 'channel');
    if (refusal === undefined) return;
    this.#refusal = new RefusedByBroker(refusal, { cause: error });
    this.#record.refused(refusal);
  }
}
