import type { Channel as AmqpChannel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Witness } from '../evidence/recorder.ts';
import { openOf } from './channel-life.ts';
import type { ConsumeProperties } from './channel-properties.ts';
import type { Connection } from './connection.ts';
import { flat } from './flat.ts';
import { Delivery, labelOf } from './messages.ts';
import { PublishingChannel } from './publishing-channel.ts';

/**
 * A channel with the methods of AMQP 0-9-1, under their names. Whatever it sends and receives goes
 * into the evidence. Emits `change` when something arrived and when it ended.
 */
export class Channel extends PublishingChannel {
  /** Where a delivery came from, by its tag. */
  readonly #queues = new Map<number, string>();

  /** The tags of consumers that the broker cancelled by itself. */
  readonly cancelled: string[] = [];

  static async open(
    connection: Connection,
    model: ChannelModel,
    confirms: boolean,
    witness: Witness,
  ): Promise<Channel> {
    return new Channel(connection, await openOf(connection, model, confirms), witness);
  }

  private constructor(connection: Connection, channel: AmqpChannel, witness: Witness) {
    super(connection, channel, witness);
    channel.on('cancel', ({ consumerTag }) => {
      this.cancelled.push(consumerTag);
      this.saw({ direction: 'in', what: 'basic.cancel', label: consumerTag });
      this.emit('change');
    });
  }

  /** Takes one message (`basic.get`); `undefined` is `basic.get-empty`. */
  async get(queue: string, { noAck = false }: { noAck?: boolean } = {}): Promise<Delivery | undefined> {
    const answer = await this.call(
      'basic.get',
      { via: { kind: 'queue', name: queue }, fields: { noAck } },
      () => this.amqp.get(queue, { noAck }),
    );
    if (answer === false) {
      this.saw({ direction: 'in', what: 'basic.get-empty', via: { kind: 'queue', name: queue } });
      return undefined;
    }
    const delivery = new Delivery(answer);
    this.#sawDelivery('basic.get-ok', delivery, queue);
    return delivery;
  }

  /** Starts a consumer and gives its tag; what it is sent comes as `delivery` events. */
  async consume(queue: string, properties: ConsumeProperties = {}): Promise<string> {
    const { consumerTag } = await this.call(
      'basic.consume',
      {
        via: { kind: 'queue', name: queue },
        fields: { noAck: properties.noAck ?? false, ...flat(properties.arguments) },
      },
      () => this.amqp.consume(queue, (message) => this.#delivered(message, queue), properties),
    );
    return consumerTag;
  }

  async cancel(consumerTag: string): Promise<void> {
    await this.call('basic.cancel', { label: consumerTag }, () => this.amqp.cancel(consumerTag));
  }

  /** A delivery, or the tag alone. */
  ack(delivery: Delivery | number, { multiple = false }: { multiple?: boolean } = {}): void {
    this.#settle('basic.ack', delivery, { multiple }, (message) => this.amqp.ack(message, multiple));
  }

  /** @see https://www.rabbitmq.com/docs/nack */
  nack(
    delivery: Delivery | number,
    { multiple = false, requeue = true }: { multiple?: boolean; requeue?: boolean } = {},
  ): void {
    this.#settle('basic.nack', delivery, { multiple, requeue }, (message) =>
      this.amqp.nack(message, multiple, requeue),
    );
  }

  reject(delivery: Delivery | number, { requeue = true }: { requeue?: boolean } = {}): void {
    this.#settle('basic.reject', delivery, { requeue }, (message) => this.amqp.reject(message, requeue));
  }

  /** `basic.recover`: everything unacknowledged on this channel goes back to its queue. */
  async recover(): Promise<void> {
    await this.call('basic.recover', {}, () => this.amqp.recover());
  }

  /** `basic.qos`; `global` as RabbitMQ reads it: shared by the channel instead of for each new consumer. */
  async qos(prefetchCount: number, { global = false }: { global?: boolean } = {}): Promise<void> {
    await this.call('basic.qos', { label: String(prefetchCount), fields: { global } }, () =>
      this.amqp.prefetch(prefetchCount, global),
    );
  }

  #settle(
    what: string,
    delivery: Delivery | number,
    flags: Record<string, boolean>,
    settle: (message: ConsumeMessage) => void,
  ): void {
    const deliveryTag = typeof delivery === 'number' ? delivery : delivery.deliveryTag;
    const name = this.#queues.get(deliveryTag);
    this.saw({
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
    this.saw({
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
}
