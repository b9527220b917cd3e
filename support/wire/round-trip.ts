import type { RawConnection } from './raw-connection.ts';

/**
 * A message from end to end on an open channel: through a queue of its own, and back.
 *
 * @param channel default: 1
 * @throws ConversationError when the broker does not play along
 */
export async function roundTrip(client: RawConnection, channel = 1): Promise<void> {
  // Not every broker makes up names
  const queue = `round-trip.${crypto.randomUUID()}`;
  await client.send('queue.declare', { queue, exclusive: true }, { channel });
  await client.expect('queue.declare-ok', { channel });
  const content = { body: Buffer.from('task') };
  await client.send('basic.publish', { routingKey: queue }, { channel, content });
  await client.send('basic.get', { queue, noAck: true }, { channel });
  await client.expect('basic.get-ok', { channel });
}
