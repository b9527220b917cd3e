import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect, type ChannelModel } from 'amqplib';
import type { Address } from '../broker/broker.ts';
import { CouldNotRun } from '../errors.ts';
import type { Witness } from '../evidence/recorder.ts';
import { Channel } from './channel.ts';
import { ConnectionLost, RefusedByBroker, refusalOf } from './refusal.ts';
import { refusalOfOpen } from './refused-open.ts';

/** Where and as whom to connect. */
export interface ConnectionOptions extends Address {
  username: string;
  password: string;
  virtualHost: string;
  /** Client-provided connection name, as operators see it. */
  name: string;
  /** Seconds; 0, the default, switches heartbeats off. */
  heartbeat?: number;
  /** Absent: a plain connection. */
  tls?: {
    /** Certificate authorities that are trusted, PEM; absent: the certificate is not verified. */
    ca?: string;
    /** The name that the certificate must carry. */
    serverName: string;
  };
}

/** How long the TCP connection and the handshake may take, in milliseconds, before the harness gives up. */
const handshakeMs = 15_000;

/** A connection of an actor to the broker under test. Emits `change` when it ends. */
export class Connection extends EventEmitter<{ change: [] }> {
  /** In the order in which the spec opened them, from 1. */
  readonly number: number;
  readonly witness: Witness;
  readonly options: ConnectionOptions;
  readonly #model: ChannelModel;
  #end: RefusedByBroker | ConnectionLost | 'closed' | undefined;
  #lastError: unknown;
  #ending = false;

  private constructor(model: ChannelModel, options: ConnectionOptions, number: number, witness: Witness) {
    super();
    this.setMaxListeners(0);
    this.number = number;
    this.witness = witness;
    this.options = options;
    this.#model = model;
    model.on('error', (error) => {
      this.#lastError = error;
    });
    model.on('close', (error?: Error) => {
      this.#ended(error ?? this.#lastError);
    });
  }

  /**
   * @throws RefusedByBroker when the broker closes the connection during the handshake
   * @throws ConnectionLost when there is no broker, or the socket breaks
   * @throws CouldNotRun when the handshake takes longer than the harness gives it
   */
  static async open(options: ConnectionOptions, number: number, witness: Witness): Promise<Connection> {
    witness.saw({
      direction: 'out',
      what: 'connection.open',
      connection: number,
      fields: { virtualHost: options.virtualHost, user: options.username },
    });
    try {
      const model = await connect(
        {
          protocol: options.tls === undefined ? 'amqp' : 'amqps',
          hostname: options.host,
          port: options.port,
          username: options.username,
          password: options.password,
          // amqplib takes this field as part of a URL and unescapes it
          vhost: encodeURIComponent(options.virtualHost),
          heartbeat: options.heartbeat ?? 0,
        },
        {
          noDelay: true,
          timeout: handshakeMs,
          clientProperties: { connection_name: options.name },
          ...(options.tls === undefined
            ? {}
            : {
                servername: options.tls.serverName,
                ...(options.tls.ca === undefined ? { rejectUnauthorized: false } : { ca: [options.tls.ca] }),
              }),
        },
      );
      return new Connection(model, options, number, witness);
    } catch (error) {
      const refusal = refusalOf(error, 'connection') ?? (await refusalOfOpen(error, options));
      if (refusal !== undefined) {
        witness.saw({
          direction: 'in',
          what: 'connection.close',
          label: String(refusal.code),
          connection: number,
          fields: { text: refusal.text },
        });
        throw new RefusedByBroker(refusal, { cause: error });
      }
      const reason = error instanceof Error ? error.message : String(error);
      witness.saw({ direction: 'in', what: 'connection lost', label: reason, connection: number });
      if (reason === 'connect ETIMEDOUT') {
        throw new CouldNotRun(
          `No AMQP handshake with ${options.host}:${options.port} in ${handshakeMs} ms.`,
          {
            cause: error,
          },
        );
      }
      throw new ConnectionLost(`No connection to ${options.host}:${options.port}: ${reason}`, {
        cause: error,
      });
    }
  }

  /** How it ended, or `undefined` while it is open. */
  get end(): RefusedByBroker | ConnectionLost | 'closed' | undefined {
    return this.#end;
  }

  /** Whether it is open, and nobody has begun to close it. */
  get open(): boolean {
    return this.#end === undefined && !this.#ending;
  }

  /** The properties that the broker sent in `connection.start`. */
  get serverProperties(): Record<string, unknown> {
    return this.#model.connection.serverProperties;
  }

  /** Opens a channel; `confirms`: in confirm mode; `witness`: who uses it, if not the connection's own client. */
  async channel({
    confirms = false,
    witness = this.witness,
  }: { confirms?: boolean; witness?: Witness } = {}): Promise<Channel> {
    return await Channel.open(this, this.#model, confirms, witness);
  }

  /** Closes it in order: `connection.close`, `connection.close-ok`. */
  async close(): Promise<void> {
    if (!this.open) return;
    this.#ending = true;
    this.witness.saw({ direction: 'out', what: 'connection.close', connection: this.number });
    await withoutStackTrace(() => this.#model.close());
  }

  /**
   * Ends it in one way or the other: in order, or when the broker does not play along for a second, by breaking off.
   *
   * @returns whether the broker played along
   */
  async dispose(): Promise<boolean> {
    if (this.#end !== undefined) return true;
    let inTime = true;
    const ended = new Promise<void>((resolve) => this.once('change', resolve));
    const patience = setTimeout(() => {
      inTime = false;
      this.#destroy();
    }, 1_000);
    const closed = this.close().catch(() => undefined); // there is nobody left to tell
    await Promise.race([closed, ended]);
    clearTimeout(patience);
    return inTime;
  }

  /** Breaks the TCP connection without a word of AMQP, as a cable that is pulled or a process that dies does. */
  cut(): void {
    if (this.#end !== undefined) return;
    this.witness.saw({ direction: 'note', what: 'socket cut', connection: this.number });
    this.#destroy();
  }

  #destroy(): void {
    this.#ending = true;
    // amqplib gives no other way to the socket
    (this.#model.connection as unknown as { stream: Duplex }).stream.destroy();
    this.#ended(undefined);
  }

  #ended(error: unknown): void {
    if (this.#end !== undefined) return;
    const refusal = refusalOf(error, 'connection');
    if (refusal !== undefined) {
      this.#end = new RefusedByBroker(refusal, { cause: error });
      this.witness.saw({
        direction: 'in',
        what: 'connection.close',
        label: String(refusal.code),
        connection: this.number,
        fields: { text: refusal.text },
      });
    } else if (this.#ending) this.#end = 'closed';
    else {
      const reason = error instanceof Error ? error.message : 'the socket ended';
      this.#end = new ConnectionLost(`The connection was lost: ${reason}`, { cause: error });
      this.witness.saw({ direction: 'in', what: 'connection lost', label: reason, connection: this.number });
    }
    this.emit('change');
  }
}

/** amqplib notes from which line a connection is closed, and to look that up costs more than to close it: without that. */
function withoutStackTrace<Result>(close: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return close();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
