import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import type { Opening } from '../broker/handshake.ts';
import type { Witness } from '../evidence/recorder.ts';
import { ConnectionLost, RefusedByBroker } from '../wire/index.ts';
import { type AmqplibConnection, openAmqplib } from './amqplib-connection.ts';
import { type Carrier, Channel, type ChannelOptions } from './channel.ts';
import { QueueTypeUnderTest } from './queue-type-under-test.ts';
import { type ConnectionOptions, openingOf } from './connection-options.ts';
import { refusalOf } from './refusal.ts';

export type { ConnectionOptions };

/** A connection of an actor to the broker under test. Emits `change` when it ends. */
export class Connection extends EventEmitter<{ change: [] }> implements Carrier {
  /** In the order in which the spec opened them, from 1. */
  readonly number: number;
  readonly witness: Witness;
  readonly opening: Opening;
  readonly queueType: QueueTypeUnderTest;
  readonly #model: ChannelModel;
  readonly #socket: Socket;
  #end: RefusedByBroker | ConnectionLost | 'closed' | undefined;
  readonly #channels: Channel[] = [];
  /** How many of them the broker had closed when it opened the last one. */
  #refusedBefore = 0;
  #lastError: unknown;
  #ending = false;

  private constructor(
    { model, socket }: AmqplibConnection,
    options: ConnectionOptions,
    number: number,
    witness: Witness,
  ) {
    super();
    this.setMaxListeners(0);
    this.number = number;
    this.witness = witness;
    this.opening = openingOf(options);
    this.queueType = options.queueType ?? new QueueTypeUnderTest();
    this.#model = model;
    this.#socket = socket;
    model.on('error', (error) => {
      this.#lastError = error;
    });
    model.on('close', (error?: Error) => {
      this.#ended(error ?? this.#lastError);
    });
    witness.recorder.connected(witness.name, {
      lost: () => (this.#end instanceof ConnectionLost ? this.#end.message : undefined),
      questions: [async () => await this.askForChannel(), async () => await this.#askToClose()],
    });
  }

  /**
   * @throws RefusedByBroker when the broker closes the connection during the handshake
   * @throws ConnectionLost when there is no broker, or the socket breaks
   * @throws Unanswered when the broker does not answer the handshake, and answers others
   * @throws CouldNotRun when it answers nobody in time
   */
  static async open(options: ConnectionOptions, number: number, witness: Witness): Promise<Connection> {
    witness.saw({
      direction: 'out',
      what: 'connection.open',
      connection: number,
      fields: { virtualHost: options.virtualHost, user: options.username },
    });
    try {
      return new Connection(await openAmqplib(options), options, number, witness);
    } catch (error) {
      if (error instanceof RefusedByBroker) sawRefusal(witness, number, error);
      else {
        const { message, cause } = error as Error;
        const label = cause instanceof Error ? cause.message : message;
        witness.saw({ direction: 'in', what: 'connection lost', label, connection: number });
      }
      throw error;
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

  /** Opens a channel. */
  async channel({ confirms = false, witness = this.witness }: ChannelOptions = {}): Promise<Channel> {
    const channel = await Channel.open(this, this.#model, confirms, witness);
    this.#refusedBefore = this.#refused;
    this.#channels.push(channel);
    return channel;
  }

  async askForChannel(): Promise<void> {
    if (this.#mayBeSilent) return;
    const channel = await this.#model.createChannel();
    // A refusal is an answer
    channel.on('error', () => undefined);
    await channel.close();
  }

  async #askToClose(): Promise<void> {
    if (this.#mayBeSilent) return;
    this.#ending = true;
    await withoutStackTrace(() => this.#model.close());
  }

  /** Whether a broker need not answer on it. */
  get #mayBeSilent(): boolean {
    const hasRefused = this.#refused > this.#refusedBefore;
    return !this.open || hasRefused || this.witness.recorder.brokerIsChanged;
  }

  /** How many of its channels the broker has closed. */
  get #refused(): number {
    return this.#channels.filter(({ end }) => end instanceof RefusedByBroker).length;
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
    void this.close().catch(() => undefined); // there is nobody left to tell
    await ended;
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
    this.#socket.destroy();
    this.#ended(undefined);
  }

  #ended(error: unknown): void {
    if (this.#end !== undefined) return;
    const refusal = refusalOf(error, 'connection');
    if (refusal !== undefined) {
      this.#end = new RefusedByBroker(refusal, { cause: error });
      sawRefusal(this.witness, this.number, this.#end);
    } else if (this.#ending) this.#end = 'closed';
    else {
      const reason = error instanceof Error ? error.message : 'the socket ended';
      this.#end = new ConnectionLost(`The connection was lost: ${reason}`, { cause: error });
      this.witness.saw({ direction: 'in', what: 'connection lost', label: reason, connection: this.number });
    }
    this.emit('change');
  }
}

function sawRefusal(witness: Witness, connection: number, { refusal }: RefusedByBroker): void {
  witness.saw({
    direction: 'in',
    what: 'connection.close',
    label: String(refusal.code),
    connection,
    fields: { text: refusal.text },
  });
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
