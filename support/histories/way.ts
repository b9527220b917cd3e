import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../broker/broker.ts';
import { CouldNotRun } from '../errors.ts';

/** The way of some clients to the broker: a proxy of TCP that can break their connections off, or keep them waiting. */
export class Way {
  readonly #server: Server;
  readonly #to: () => Address;
  /** The two ends of each connection, and where it leads. */
  readonly #pairs = new Map<readonly [Socket, Socket], Address>();
  #stalled = false;

  private constructor(server: Server, to: () => Address) {
    this.#server = server;
    this.#to = to;
    server.on('connection', (near) => this.#serve(near));
  }

  /** @param to where the broker is at the moment; asked for each connection */
  static async open(to: () => Address): Promise<Way> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Way(server, to);
  }

  get address(): Address {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new CouldNotRun('The way has no port.');
    return { host: '127.0.0.1', port: address.port };
  }

  /** How many connections there are. @param to where they lead; absent: anywhere */
  open(to?: Address): number {
    const all = [...this.#pairs.values()];
    return to === undefined ? all.length : all.filter(({ port }) => port === to.port).length;
  }

  /**
   * Resets all connections, on both sides.
   *
   * @returns how many there were
   */
  reset(): number {
    const pairs = [...this.#pairs.keys()];
    for (const socket of pairs.flat()) socket.resetAndDestroy();
    return pairs.length;
  }

  /**
   * From now on nothing passes, in either direction, and nobody is told.
   *
   * @returns how many connections there are
   */
  stall(): number {
    this.#stalled = true;
    for (const socket of [...this.#pairs.keys()].flat()) socket.pause();
    return this.#pairs.size;
  }

  /** All goes on, with what was held back. */
  resume(): void {
    this.#stalled = false;
    for (const socket of [...this.#pairs.keys()].flat()) socket.resume();
  }

  close(): void {
    this.#server.close();
    for (const socket of [...this.#pairs.keys()].flat()) socket.destroy();
  }

  #serve(near: Socket): void {
    const to = this.#to();
    const far = connect({ ...to, noDelay: true });
    const pair = [near, far] as const;
    this.#pairs.set(pair, to);
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('data', (chunk) => other.write(chunk));
      one.on('end', () => other.end());
      one.on('error', () => {}); // the other end is told by the close
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      if (this.#stalled) one.pause();
    }
  }
}
