import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../broker/broker.ts';
import { oneOf, type Random } from './random.test-support.ts';

/** What can go wrong on the way to a peer: it is silent, ends or breaks off the connection, or says what is no protocol. */
const faults = ['silence', 'FIN', 'RST', 'garbage'] as const;

/** What goes wrong, and when. */
export interface Trouble {
  fault: (typeof faults)[number];
  /**
   * At which moment of a connection: before a word was said, when the client says goodbye (`connection.close`, or a
   * `DELETE` by HTTP), or when the peer has said so many octets.
   */
  at: 'the beginning' | 'the farewell' | { octets: number };
  /** The first connection that is struck; from 0. */
  from: number;
  /** How many of those from then on are struck, of ten. */
  ofTen: number;
}

/** Some trouble at random, at the start of a run, in its middle or at its end. */
export function someTrouble(random: Random): Trouble {
  const fault = oneOf(faults, random);
  const at = oneOf(['the beginning', 'the farewell', { octets: random(900) }] as const, random);
  return { fault, at, from: random(8), ofTen: oneOf([10, 10, 5, 2], random) };
}

const methodOfClose = Buffer.from([0, 10, 0, 50]);

/** A proxy before a listener on which something goes wrong. */
export class FaultyWay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #to: Address;
  readonly #trouble: Trouble | undefined;
  readonly #random: Random;
  #connections = 0;
  /** How many connections were struck. */
  struck = 0;

  private constructor(server: Server, to: Address, trouble: Trouble | undefined, random: Random) {
    this.#server = server;
    this.#to = to;
    this.#trouble = trouble;
    this.#random = random;
    server.on('connection', (near) => this.#serve(near));
  }

  /** @param trouble absent: all goes well */
  static async open(to: Address, trouble: Trouble | undefined, random: Random): Promise<FaultyWay> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyWay(server, to, trouble, random);
  }

  get address(): Address {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return { host: '127.0.0.1', port: address.port };
  }

  /** Connections that are open at this moment. */
  get open(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(near: Socket): void {
    const { fault, at, from, ofTen } = this.#trouble ?? { ofTen: 0 };
    const chosen = this.#connections >= (from ?? 0) && this.#random(10) < ofTen;
    this.#connections += 1;
    const far = connect({ ...this.#to, noDelay: true });
    for (const socket of [near, far]) socket.on('error', () => {});
    this.#sockets.add(near);
    near.on('close', () => {
      this.#sockets.delete(near);
      far.destroy();
    });
    let dead = false;
    const strike = (): void => {
      dead = true;
      this.struck += 1;
      far.destroy();
      if (fault === 'FIN') near.end();
      else if (fault === 'RST') near.resetAndDestroy();
      else if (fault === 'garbage') near.write(Buffer.from('\u0007What is this? '.repeat(100)));
    };
    if (chosen && at === 'the beginning') strike();
    let said = 0;
    near.on('data', (chunk) => {
      if (dead) return;
      const farewell = chunk.includes(methodOfClose) || chunk.includes('DELETE /');
      if (chosen && at === 'the farewell' && farewell) strike();
      else far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (dead) return;
      said += chunk.length;
      if (chosen && typeof at === 'object' && said > at.octets) strike();
      else near.write(chunk);
    });
    for (const event of ['end', 'close'] as const) {
      far.on(event, () => {
        if (!dead) near.end();
      });
    }
    near.on('end', () => far.end());
  }
}
