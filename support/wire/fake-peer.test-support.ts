import { once } from 'node:events';
import net from 'node:net';

import { CommandAssembler } from './command.ts';
import { FrameDecoder } from './frame.ts';
import { encodeMethod } from './method-codec.ts';
import type { MethodArguments, MethodName } from './methods.ts';
import { table } from './plain-table.ts';

/** Says a method to the client. */
type Say = <Name extends MethodName>(name: Name, values?: Partial<MethodArguments<Name>>) => void;

/** What a peer hears: the name of a method, or the protocol header by which a client begins. */
type Heard = MethodName | 'protocol-header';

/** One connection to the peer. */
interface Moment {
  /** On the channel on which something was heard. */
  say: Say;
  /** Answers as a peer does that has no behaviour of its own for this. */
  asUsual: () => void;
  socket: net.Socket;
  /** Of the connection, from 1. */
  number: number;
}

/**
 * What a peer does when it hears something. What is not named here it answers as usual: as a broker that has nothing and
 * takes everything.
 */
export type Behaviour = Partial<Record<Heard, (moment: Moment) => unknown>>;

/** A peer on a real socket that does just enough to be taken for a broker, and misbehaves as a test asks for it. */
export class FakePeer {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  /** All that was heard, on all connections. */
  readonly heard: Heard[] = [];

  private constructor(behaviour: Behaviour) {
    let connections = 0;
    this.#server = net.createServer({ noDelay: true }, (socket) => {
      connections += 1;
      this.#serve(socket, connections, behaviour);
    });
  }

  static async start(behaviour: Behaviour = {}): Promise<FakePeer> {
    const peer = new FakePeer(behaviour);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get address(): { host: string; port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`It listens on ${address}.`);
    return { host: '127.0.0.1', port: address.port };
  }

  /** Ends all connections, and listens no longer. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: net.Socket, number: number, behaviour: Behaviour): void {
    const decoder = new FrameDecoder();
    const assembler = new CommandAssembler();
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.type === 'heartbeat') continue;
        const heard = frame.type === 'protocol-header' ? frame.type : assembler.push(frame)?.name;
        if (heard === undefined) continue;
        this.heard.push(heard);
        const say: Say = (name, values = {}) => {
          socket.write(encodeMethod(frame.channel, name, values).bytes);
        };
        const asUsual = (): void => void usual[heard]?.(moment);
        const moment: Moment = { say, asUsual, socket, number };
        if (behaviour[heard] === undefined) asUsual();
        else behaviour[heard](moment);
      }
    });
  }
}

const usual: Behaviour = {
  'protocol-header': ({ say }) =>
    say('connection.start', {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: table({
        product: 'Fake',
        version: '1.2.3',
        platform: 'Node.js',
        capabilities: { 'basic.nack': true, publisher_confirms: false },
      }),
      mechanisms: Buffer.from('PLAIN'),
      locales: Buffer.from('en_US'),
    }),
  'connection.start-ok': ({ say }) =>
    say('connection.tune', { channelMax: 7, frameMax: 8_192, heartbeat: 60 }),
  'connection.open': ({ say }) => say('connection.open-ok'),
  'connection.close': ({ say }) => say('connection.close-ok'),
  'channel.open': ({ say }) => say('channel.open-ok'),
  'channel.close': ({ say }) => say('channel.close-ok'),
  'basic.qos': ({ say }) => say('basic.qos-ok'),
  'basic.consume': ({ say }) => say('basic.consume-ok', { consumerTag: 'consumer' }),
  'confirm.select': ({ say }) => say('confirm.select-ok'),
  'queue.declare': ({ say }) => say('queue.declare-ok', { queue: 'queue' }),
};
