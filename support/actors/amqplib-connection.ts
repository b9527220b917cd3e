import { messageOf } from '../errors.ts';
import net from 'node:net';
import tls from 'node:tls';
import { type ChannelModel, connect, credentials } from 'amqplib';
import {
  type Command,
  CommandAssembler,
  ConnectionLost,
  FrameDecoder,
  RefusedByBroker,
  type Refusal,
  refusalIn,
  WireError,
} from '../wire/index.ts';
import { BrokenOff, closeConnection, openConnection, type Opening } from '../broker/handshake.ts';
import { deadlineMs } from '../waiting/until.ts';
import { answeredBy } from './answered.ts';
import { type ConnectionOptions, openingOf, tlsOptionsOf } from './connection-options.ts';

/** A connection of the client library, and the socket under it. */
export interface AmqplibConnection {
  model: ChannelModel;
  socket: net.Socket;
}

/**
 * Opens a connection of the client library.
 *
 * @throws RefusedByBroker when the broker closes the connection during the handshake
 * @throws BrokenOff when it ends the connection in the handshake without a word, and does so again
 * @throws ConnectionLost when there is no broker, or the socket breaks
 * @throws Unanswered, CouldNotRun when the handshake takes longer than the harness gives it
 */
export async function openAmqplib(options: ConnectionOptions): Promise<AmqplibConnection> {
  const { connecting, socket } = await begin(options);
  const overheard = new Overheard(socket, options.tls === undefined ? 'connect' : 'secureConnect');
  const opened = async (): Promise<ChannelModel> => {
    try {
      return await connecting;
    } catch (error) {
      if (overheard.refusal !== undefined) throw new RefusedByBroker(overheard.refusal, { cause: error });
      if (overheard.started) await turnedAwayInSilence(openingOf(options));
      const why = messageOf(error);
      throw new ConnectionLost(`No connection to ${options.host}:${options.port}: ${why}`, { cause: error });
    }
  };
  try {
    return {
      model: await answeredBy({ opening: openingOf(options) }, 'the handshake of a connection', opened()),
      socket,
    };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    overheard.stop();
  }
}

/**
 * Finds out whether a broker turns a client away without a word, as AMQP 0-9-1 has it for a wrong password. A network may
 * lose a connection at the same step, but hardly twice.
 *
 * @throws BrokenOff if so
 */
async function turnedAwayInSilence(opening: Opening): Promise<void> {
  try {
    const { connection } = await openConnection(opening, { within: deadlineMs() });
    await closeConnection(connection);
  } catch (error) {
    if (error instanceof BrokenOff) throw error;
  }
}

async function begin(options: ConnectionOptions): Promise<Connecting> {
  const { host, port, username, password, virtualHost, heartbeat = 0, name } = options;
  const connecting = (): Promise<ChannelModel> =>
    connect(
      {
        protocol: options.tls === undefined ? 'amqp' : 'amqps',
        hostname: host,
        port,
        username,
        password,
        // amqplib takes this field as part of a URL and unescapes it
        vhost: encodeURIComponent(virtualHost),
        heartbeat,
      },
      {
        noDelay: true,
        clientProperties: { connection_name: name },
        ...(options.mechanism === undefined ? {} : { credentials: credentials.external() }),
        ...tlsOptionsOf(options),
      },
    );
  return await withSocket(options.tls === undefined ? net : tls, connecting);
}

/** A connection on its way; an object, since a promise of a promise would wait for both. */
interface Connecting {
  connecting: Promise<ChannelModel>;
  socket: net.Socket;
}

/** amqplib makes its socket while it is called, and keeps it to itself. */
async function withSocket(
  from: typeof net | typeof tls,
  call: () => Promise<ChannelModel>,
): Promise<Connecting> {
  const maker = from as { connect: (...args: unknown[]) => net.Socket };
  const make = maker.connect;
  let connecting: Promise<ChannelModel>;
  let socket: net.Socket | undefined;
  maker.connect = (...args) => (socket = make(...args));
  try {
    connecting = call();
  } finally {
    maker.connect = make;
  }
  if (socket !== undefined) return { connecting, socket };
  await connecting;
  throw new TypeError('amqplib does not make its socket while it is called any more.');
}

/** What the broker says on a socket beside amqplib, which tells of a close of `connection.open` nothing but that it came. */
class Overheard {
  readonly #socket: net.Socket;
  readonly #decoder = new FrameDecoder();
  readonly #assembler = new CommandAssembler();
  readonly #hear = (chunk: Buffer): void => this.#heard(chunk);
  #close: Command<'connection.close'> | undefined;
  /** Whether the broker has begun to speak AMQP. */
  started = false;

  /** @param ready the event of the socket after which something can be said */
  constructor(socket: net.Socket, ready: 'connect' | 'secureConnect') {
    this.#socket = socket;
    // amqplib comes first: it takes what arrives (`readable`), and then it is told here as well
    socket.once(ready, () => socket.on('data', this.#hear));
  }

  /** How the broker closed the connection; `undefined`: it did not. */
  get refusal(): Refusal | undefined {
    return this.#close === undefined ? undefined : refusalIn(this.#close);
  }

  stop(): void {
    this.#socket.off('data', this.#hear);
  }

  #heard(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.push(chunk)) {
        const said = frame.type === 'method' ? this.#assembler.push(frame) : undefined;
        if (said?.is('connection.start') === true) this.started = true;
        if (said?.is('connection.close') === true) this.#close = said;
      }
    } catch (error) {
      // No AMQP: amqplib says so
      if (!(error instanceof WireError)) throw error;
      this.stop();
    }
  }
}
