import { createSocket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { CouldNotRun } from '../../errors.ts';

// Below what systems hand out to outgoing connections: none of those can take a port while its broker
// restarts, and a client that dials a port nobody listens on can't be connected with itself.
const firstPort = 15_000;
const lastPort = 32_000;
const attempts = 1_000;

/** TCP ports that are this process's until it gives them back or ends, however it ends. */
export interface ReservedPorts {
  ports: number[];
  giveBack(): void;
}

/**
 * Reserves `count` TCP ports on which nothing listens, for loopback.
 *
 * The UDP port of the same number is the reservation: it is held as long as the TCP port is needed, so two
 * runs never choose the same port, not even while a broker restarts and its TCP port is free for seconds.
 * Other programs know nothing of it, so a broker can still find its port taken.
 *
 * @throws CouldNotRun when a thousand random ports were all taken
 */
export async function reservePorts(count: number): Promise<ReservedPorts> {
  const reservations: { port: number; giveBack: () => void }[] = [];
  const giveBack = (): void => reservations.forEach((reservation) => reservation.giveBack());
  for (let attempt = 0; reservations.length < count; attempt += 1) {
    if (attempt === attempts) {
      giveBack();
      throw new CouldNotRun(`No free port was found between ${firstPort} and ${lastPort}.`);
    }
    const port = randomInt(firstPort, lastPort + 1);
    const release = await reserve(port);
    if (release !== undefined) reservations.push({ port, giveBack: release });
  }
  return { ports: reservations.map(({ port }) => port), giveBack };
}

async function reserve(port: number): Promise<(() => void) | undefined> {
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await bound;
  } catch {
    socket.close();
    return undefined;
  }
  // A broadcasted or stray datagram is nothing to us.
  socket.on('error', () => {});
  socket.unref();
  if (await listens(port)) {
    socket.close();
    return undefined;
  }
  return () => socket.close();
}

async function listens(port: number): Promise<boolean> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await listening;
  } catch {
    return true;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return false;
}
