import type { Channel } from 'amqplib';

/** The number of a channel on its connection, which amqplib keeps to itself. */
export function numberOf(channel: Channel): number {
  return (channel as unknown as { ch: number }).ch;
}

/** With fields of which amqplib's own methods know nothing; what it calls a method is its class and its number. */
export async function declareExchange(channel: Channel, fields: object): Promise<void> {
  const { rpc } = channel as unknown as {
    rpc: (method: number, fields: object, answer: number) => Promise<unknown>;
  };
  const [declare, declareOk] = [(40 << 16) | 10, (40 << 16) | 11];
  await rpc.call(channel, declare, fields, declareOk);
}
