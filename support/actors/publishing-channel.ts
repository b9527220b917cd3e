import type { Channel as AmqpChannel } from 'amqplib';
import type { Witness } from '../evidence/recorder.ts';
import type { Connection } from './connection.ts';
import { DeclaringChannel } from './declaring-channel.ts';
import { flat } from './flat.ts';
import { bodyOf, labelOf, type Message, propertiesOf, Returned } from './messages.ts';

/** What the broker answered to a publish in confirm mode; `none`: nothing at all. */
export type Confirmation = 'ack' | 'nack' | 'none';

/** What a channel publishes, and what comes back of it: confirms and returns. */
export abstract class PublishingChannel extends DeclaringChannel {
  #published = 0;

  /** The messages that came back by `basic.return`, in order. */
  readonly returned: Returned[] = [];
  /** What the broker confirmed, by sequence number from 1: each entry all that came for it, so that twice would show. */
  readonly confirmations = new Map<number, Confirmation[]>();

  protected constructor(connection: Connection, channel: AmqpChannel, witness: Witness) {
    super(connection, channel, witness);
    channel.on('return', (message) => {
      const returned = new Returned(message as unknown as ConstructorParameters<typeof Returned>[0]);
      this.returned.push(returned);
      this.saw({
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
    const properties = propertiesOf(message);
    this.#published += 1;
    this.saw({
      direction: 'out',
      what: 'basic.publish',
      label: labelOf(content),
      via: exchange === '' ? { kind: 'queue', name: routingKey } : { kind: 'exchange', name: exchange },
      fields: { exchange, routingKey, ...options, ...flat(properties) },
    });
    try {
      this.amqp.publish(exchange, routingKey, content, { ...properties, ...options });
    } catch (error) {
      throw this.end ?? error;
    }
  }

  #confirmed(
    confirmation: Confirmation,
    { deliveryTag, multiple }: { deliveryTag: number; multiple: boolean },
  ): void {
    this.saw({
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
}
