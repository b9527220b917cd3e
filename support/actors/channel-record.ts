import type { EvidenceEvent } from '../evidence/evidence.ts';
import type { Seen, Witness } from '../evidence/recorder.ts';
import type { Refusal } from '../wire/index.ts';
import type { Arguments } from './channel-properties.ts';
import { flat } from './flat.ts';
import { type Delivery, labelOf, type MessageProperties, type Returned } from './messages.ts';

/** What a channel sends and receives, as the evidence has it. */
export class ChannelRecord {
  /** From whose side it is recorded. */
  readonly witness: Witness;
  readonly #connection: number;
  readonly #channel: number;
  /** Where a delivery came from, by its tag. */
  readonly #queues = new Map<number, string>();

  /** @param numbers of the connection, and of the channel on it */
  constructor(witness: Witness, numbers: { connection: number; channel: number }) {
    this.witness = witness;
    this.#connection = numbers.connection;
    this.#channel = numbers.channel;
  }

  saw(seen: Seen): EvidenceEvent {
    return this.witness.saw({ connection: this.#connection, channel: this.#channel, ...seen });
  }

  published(
    content: Buffer,
    exchange: string,
    routingKey: string,
    properties: MessageProperties & { mandatory?: boolean },
  ): void {
    this.saw({
      direction: 'out',
      what: 'basic.publish',
      label: labelOf(content),
      via: exchange === '' ? { kind: 'queue', name: routingKey } : { kind: 'exchange', name: exchange },
      fields: { exchange, routingKey, ...flat(properties) },
    });
  }

  returned({ content, exchange, routingKey, replyCode: code, replyText: text }: Returned): void {
    this.saw({
      direction: 'in',
      what: 'basic.return',
      label: labelOf(content),
      via: { kind: 'exchange', name: exchange },
      fields: { code, text, routingKey },
    });
  }

  confirmed(confirmation: 'ack' | 'nack', deliveryTag: number, multiple: boolean): void {
    this.saw({
      direction: 'in',
      what: `basic.${confirmation}`,
      label: multiple ? `up to ${deliveryTag}` : String(deliveryTag),
      fields: { multiple },
    });
  }

  delivered(what: 'basic.deliver' | 'basic.get-ok', delivery: Delivery, queue: string): void {
    const { deliveryTag, redelivered, exchange, routingKey } = delivery;
    this.#queues.set(deliveryTag, queue);
    this.saw({
      direction: 'in',
      what,
      label: labelOf(delivery.content),
      via: { kind: 'queue', name: queue },
      fields: { deliveryTag, redelivered, exchange, routingKey },
    });
  }

  refused({ code, text, method = '' }: Refusal): void {
    this.saw({ direction: 'in', what: 'channel.close', label: String(code), fields: { text, method } });
  }

  /** @param delivery or its tag alone */
  settled(what: string, delivery: Delivery | number, flags: Record<string, boolean>): void {
    const deliveryTag = typeof delivery === 'number' ? delivery : delivery.deliveryTag;
    const name = this.#queues.get(deliveryTag);
    this.saw({
      direction: 'out',
      what,
      label: typeof delivery === 'number' ? `tag ${deliveryTag}` : labelOf(delivery.content),
      ...(name === undefined ? {} : { via: { kind: 'queue', name } }),
      fields: { deliveryTag, ...flags },
    });
  }
}

/**
 * How a binding is recorded.
 *
 * @param destination under its name in the method
 */
export function bindingOf(destination: Record<string, string>, source: string, key: string, args: Arguments) {
  return {
    label: `${Object.values(destination).join()} ← ${source}`,
    via: { kind: 'exchange', name: source },
    fields: { ...destination, key, ...flat(args) },
  } as const;
}
