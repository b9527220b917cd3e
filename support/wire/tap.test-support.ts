import { once } from 'node:events';
import net from 'node:net';

import type { Address } from '../broker/broker.ts';

/** What one connection said in both directions, chunk by chunk as TCP delivered it. */
interface Recording {
  fromClient: Buffer[];
  fromServer: Buffer[];
}

/** Listens on a port of its own, passes all that comes on to a broker and back, and records it. */
export class Tap {
  readonly recordings: Recording[] = [];
  readonly #server: net.Server;
  readonly #ended: Promise<unknown>[] = [];

  private constructor(broker: Address) {
    this.#server = net.createServer({ noDelay: true }, (client) => {
      const server = net.connect({ ...broker, noDelay: true });
      const recording: Recording = { fromClient: [], fromServer: [] };
      this.recordings.push(recording);
      client.on('data', (chunk) => recording.fromClient.push(chunk));
      server.on('data', (chunk) => recording.fromServer.push(chunk));
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
      client.pipe(server).pipe(client);
      this.#ended.push(closed(client), closed(server));
    });
  }

  static async before(broker: Address): Promise<Tap> {
    const tap = new Tap(broker);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    return tap;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`It listens on ${address}.`);
    return address.port;
  }

  /** Waits until all connections have ended, and listens no longer. */
  async close(): Promise<void> {
    this.#server.close();
    await Promise.all(this.#ended);
  }
}

/** Waits for the end, however it comes about. */
async function closed(socket: net.Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
}
