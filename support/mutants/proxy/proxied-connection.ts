import type { Socket } from 'node:net';
import type { NodeName } from '../../broker/broker.ts';
import {
  breakOff,
  type Command,
  decodeArguments,
  type Frame,
  methodOf,
  WireError,
} from '../../wire/index.ts';
import type { Side } from '../rule.ts';
import { Dialogue, type Peers } from './dialogue.ts';
import { FrameByFrame } from './frame-by-frame.ts';
import { Inlet, type Listener } from './inlet.ts';
import { Outlet } from './outlet.ts';
import type { MutantAtWork } from './mutant-at-work.ts';

/** The most that brokers take from a client before both agree, in octets: 4096 before RabbitMQ 4.1, then this. */
const largestFirstFrame = 8_192;

const other = { client: 'broker', broker: 'client' } as const;

/** A connection of a client, and the one that is made to the broker for it. */
export class ProxiedConnection {
  readonly #atWork: MutantAtWork;
  readonly #sockets: Record<Side, Socket>;
  readonly #outlets: Record<Side, Outlet>;
  readonly #inlets: Record<Side, Inlet>;
  readonly #frames: Record<Side, FrameByFrame>;

  /** Both sockets allow half-open connections. @param node of the cluster to which the client connects, if it is one */
  constructor(atWork: MutantAtWork, client: Socket, broker: Socket, node?: NodeName) {
    this.#atWork = atWork;
    this.#sockets = { client, broker };
    this.#outlets = { client: new Outlet(client), broker: new Outlet(broker) };
    const peers: Peers = {
      say: (to, command) => {
        for (const frame of command.frames) this.#outlets[to].add(frame.bytes);
      },
      flush: () => this.#flush(),
      end: () => {
        this.#outlets.client.end();
        this.#outlets.broker.end();
      },
      agreed: (frameMax) => this.#agreed(frameMax),
    };
    const dialogue = new Dialogue(atWork, peers, node);
    const listener = (from: Side): Listener => ({
      command: (command: Command) => dialogue.heard(from, command),
      frame: (frame: Frame) => this.#pass(from, frame),
      octets: (octets: Buffer) => this.#outlets[other[from]].add(octets),
    });
    this.#inlets = {
      client: new Inlet(listener('client'), atWork.rewrites),
      broker: new Inlet(listener('broker'), atWork.rewrites),
    };
    this.#frames = {
      client: new FrameByFrame(atWork, 'client', dialogue),
      broker: new FrameByFrame(atWork, 'broker', dialogue),
    };
    this.#inlets.client.frameMax = largestFirstFrame;
    this.#relay('client');
    this.#relay('broker');
  }

  destroy(): void {
    this.#sockets.client.destroy();
    this.#sockets.broker.destroy();
  }

  #agreed(frameMax: number): void {
    this.#inlets.client.frameMax = frameMax;
    this.#inlets.broker.frameMax = frameMax;
  }

  #pass(from: Side, frame: Frame): void {
    const frameMax = frameMaxIn(frame);
    if (frameMax !== undefined) this.#agreed(frameMax);
    if (frame.type === 'heartbeat') this.#atWork.saw(`heartbeat of the ${from}`);
    if (frame.type === 'heartbeat' && this.#atWork.withholdsHeartbeats.has(from)) this.#atWork.fired += 1;
    else this.#outlets[other[from]].add(frame.bytes);
  }

  #relay(from: Side): void {
    const [socket, receiver] = [this.#sockets[from], this.#sockets[other[from]]];
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#inlets[from].receive(this.#frames[from].rewritten(chunk));
      } catch (error) {
        this.#atWork.failure ??= error;
        this.destroy();
      }
      this.#flush();
      // Nothing more is read from a peer while the other does not read what it causes
      if (receiver.writableNeedDrain) socket.pause();
    });
    receiver.on('drain', () => socket.resume());
    const hidden = from === 'broker' && this.#atWork.withholdsEnds;
    socket.on('end', () => {
      if (from === 'broker') this.#atWork.saw('end of a connection by the broker');
      if (hidden) {
        // What is half open closes when both sides have ended: nobody else ends the side of a client that sees nothing
        socket.end();
        return;
      }
      this.#inlets[from].receive(this.#frames[from].rest());
      this.#inlets[from].finish();
      this.#outlets[other[from]].end();
    });
    // A connection that is broken off is broken off for the other side as well
    socket.on('error', () => {
      if (!hidden) breakOff(receiver);
    });
    socket.on('close', (failed) => {
      if (hidden) this.#atWork.fired += 1;
      else if (!failed) receiver.destroySoon();
    });
  }

  #flush(): void {
    this.#outlets.client.flush();
    this.#outlets.broker.flush();
  }
}

/** What a `connection.tune-ok` says, if the frame holds one. */
function frameMaxIn(frame: Frame): number | undefined {
  if (frame.type !== 'method' || frame.channel !== 0) return undefined;
  try {
    if (methodOf(frame) !== 'connection.tune-ok') return undefined;
    return decodeArguments(frame, 'connection.tune-ok').frameMax;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
}
