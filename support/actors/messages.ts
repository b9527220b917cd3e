import type { ConsumeMessage, GetMessage, Options } from 'amqplib';

/** The properties of a message, as amqplib names them. */
export type MessageProperties = Pick<
  Options.Publish,
  | 'appId'
  | 'contentEncoding'
  | 'contentType'
  | 'correlationId'
  | 'expiration'
  | 'headers'
  | 'messageId'
  | 'priority'
  | 'replyTo'
  | 'timestamp'
  | 'type'
  | 'userId'
  | 'CC'
  | 'BCC'
> & {
  /** Delivery mode 2 instead of 1. */
  persistent?: boolean;
};

/** A message to publish: its body alone, or with properties. */
export type Message = string | Buffer | ({ body: string | Buffer } & MessageProperties);

/**
 * `n` messages with the bodies `1`, `2`, … as the transcripts of the tutorials number them.
 *
 * @param text follows the number, after a space
 */
export function numbered(from: number, to: number, text?: string): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    text === undefined ? String(from + index) : `${from + index} ${text}`,
  );
}

export function bodyOf(message: Message): Buffer {
  const body = typeof message === 'object' && !Buffer.isBuffer(message) ? message.body : message;
  return Buffer.isBuffer(body) ? body : Buffer.from(body);
}

export function propertiesOf(message: Message): MessageProperties {
  if (typeof message === 'string' || Buffer.isBuffer(message)) return {};
  const { body: _, ...properties } = message;
  return properties;
}

/** A body as a few words for people. */
export function labelOf(content: Buffer): string {
  const printable = /^[\x20-\x7e]*$/.test(content.subarray(0, 48).toString('latin1'));
  if (content.length === 0) return '(empty)';
  if (!printable || content.length > 48) return `(${content.length} bytes)`;
  return content.toString();
}

/** A message as it came back from the broker: delivered, got or returned. */
export class ReceivedMessage {
  readonly content: Buffer;
  readonly exchange: string;
  readonly routingKey: string;
  /** The properties that were set; unset ones are absent. */
  readonly properties: Record<string, unknown>;
  readonly headers: Record<string, unknown>;

  constructor(message: {
    content: Buffer;
    fields: { exchange: string; routingKey: string };
    properties: { headers?: Record<string, unknown> | undefined };
  }) {
    this.content = message.content;
    this.exchange = message.fields.exchange;
    this.routingKey = message.fields.routingKey;
    this.properties = Object.fromEntries(
      Object.entries(message.properties).filter(([, value]) => value !== undefined),
    );
    this.headers = message.properties.headers ?? {};
  }

  /** The body as UTF-8. */
  get body(): string {
    return this.content.toString();
  }
}

/** A message that the broker delivered to a consumer, or gave to `basic.get`. */
export class Delivery extends ReceivedMessage {
  readonly deliveryTag: number;
  readonly redelivered: boolean;
  /** The consumer's tag; absent for `basic.get`. */
  readonly consumerTag: string | undefined;
  /** What the broker says is left in the queue; for `basic.get` alone. */
  readonly messageCount: number | undefined;

  constructor(message: ConsumeMessage | GetMessage) {
    super(message);
    this.deliveryTag = message.fields.deliveryTag;
    this.redelivered = message.fields.redelivered;
    this.consumerTag = 'consumerTag' in message.fields ? message.fields.consumerTag : undefined;
    this.messageCount = 'messageCount' in message.fields ? message.fields.messageCount : undefined;
  }
}

/** A message that came back because it was `mandatory` and went nowhere (`basic.return`). */
export class Returned extends ReceivedMessage {
  readonly replyCode: number;
  readonly replyText: string;

  constructor(
    message: ConstructorParameters<typeof ReceivedMessage>[0] & {
      fields: { replyCode: number; replyText: string };
    },
  ) {
    super(message);
    this.replyCode = message.fields.replyCode;
    this.replyText = message.fields.replyText;
  }
}
