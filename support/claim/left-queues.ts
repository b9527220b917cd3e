import { closeConnection, openChannel, openConnection } from '../broker/handshake.ts';
import type { BrokerUnderTest } from '../broker/under-test/client.ts';

/** Longest time that taking queues away may take, in milliseconds; what is left then goes with the broker. */
const removalMs = 10_000;

/** The queues that the specs of this process leave behind, by their virtual host. */
const left = new Map<string, Set<string>>();

/** Takes note of queues that cost a broker something while they idle. */
export function leaveQueues(virtualHost: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const queues = left.get(virtualHost) ?? new Set();
  left.set(virtualHost, queues);
  for (const name of names) queues.add(name);
}

/**
 * Takes them away, when nobody is in their virtual host any more: up to 3.10 at least, RabbitMQ answers who lists its
 * queues with 500 while a quorum queue is deleted. Told to the broker itself, as a mutant may not hear of it.
 */
export async function removeLeftQueues(broker: BrokerUnderTest): Promise<void> {
  const all = [...left];
  left.clear();
  if (all.length === 0) return;
  const { amqp, username, password } = (await broker.state()).description;
  for (const [virtualHost, names] of all) {
    const opening = { amqp, username, password, virtualHost };
    // A virtual host that a spec made for itself is gone, with all that was in it
    const opened = await openConnection(opening, { within: removalMs }).catch(() => undefined);
    if (opened === undefined) continue;
    const { connection } = opened;
    try {
      await openChannel(connection, opening, removalMs);
      const queues = [...names];
      for (const queue of queues)
        await connection.send('queue.delete', { queue, noWait: queue !== queues.at(-1) });
      await connection.expect('queue.delete-ok', { within: removalMs });
      await closeConnection(connection);
    } finally {
      connection.destroy();
    }
  }
}
