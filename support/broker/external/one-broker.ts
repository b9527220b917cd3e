import { UsageError } from '../../errors.ts';
import { newRunName } from '../../management/run-name.ts';
import { askUntil } from '../../waiting/until.ts';
import { Command, ConversationError, type RawConnection, refusalIn } from '../../wire/index.ts';
import type { Access, Address } from '../broker.ts';
import { openChannel, openConnection } from '../handshake.ts';
import { openTunnel, type Remote } from './tunnel.ts';

/** Of a broker that is busy or far away, in milliseconds. */
const answerMs = 30_000;
/** How long what was made may take to be known everywhere in a cluster, in milliseconds. */
const spreadMs = 5_000;
const notFound = 404;

/**
 * Declares a queue that goes with the connection, on its channel 1.
 *
 * @returns its name; `undefined` where that is refused
 */
export async function declareQueue(connection: RawConnection): Promise<string | undefined> {
  const queue = newRunName();
  try {
    await connection.send('queue.declare', { queue, exclusive: true });
    await connection.expect('queue.declare-ok', { within: answerMs });
    return queue;
  } catch (error) {
    if (error instanceof ConversationError) return undefined;
    throw error;
  }
}

/**
 * Checks that several addresses lead to the same broker or cluster: a queue that is declared at the one is known at the
 * others.
 *
 * @throws UsageError when they do not
 */
export async function checkOneBroker({ addresses, ...how }: Remote, access: Access): Promise<void> {
  const tunnels = await Promise.all(addresses.map((address) => openTunnel({ addresses: [address], ...how })));
  const connections: RawConnection[] = [];
  const at = async (amqp: Address) => {
    const { connection } = await openConnection({ amqp, ...access }, { within: answerMs });
    connections.push(connection);
    await openChannel(connection, { amqp }, answerMs);
    return connection;
  };
  try {
    const [first, ...others] = tunnels.map(({ address }) => address);
    const queue = first === undefined ? undefined : await declareQueue(await at(first));
    if (queue === undefined) return;
    for (const [index, other] of others.entries()) {
      const code = await askUntil(
        async () => await refusalOfQueue(await at(other), queue),
        (last) => last !== notFound,
        { within: spreadMs, interval: 200 },
      );
      if (code !== notFound) continue;
      const [one, another] = [addresses[0], addresses[index + 1]].map(
        (each) => `${each?.host}:${each?.port}`,
      );
      throw new UsageError(
        `The addresses of AMQP_URL are of several brokers: a queue declared at ${one} is not known at ${another}.`,
        'Let AMQP_URL have the addresses of one broker or cluster alone.',
      );
    }
  } finally {
    for (const connection of connections) connection.destroy();
    await Promise.all(tunnels.map((tunnel) => tunnel.close()));
  }
}

/** With which code somebody is refused who asks for a queue that is another connection's. */
async function refusalOfQueue(connection: RawConnection, queue: string): Promise<number | undefined> {
  await connection.send('queue.declare', { queue, passive: true });
  try {
    await connection.expect('queue.declare-ok', { within: answerMs });
    return undefined;
  } catch (error) {
    const came = error instanceof ConversationError ? error.came : undefined;
    if (came instanceof Command && came.is('channel.close')) return refusalIn(came).code;
    throw error;
  }
}
