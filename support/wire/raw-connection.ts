import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

import { CouldNotRun } from '../errors.ts';
import { deadlineMs } from '../waiting/until.ts';
import { breakOff } from './break-off.ts';
import { Command, CommandAssembler, type Content, encodeContent } from './command.ts';
import { Conversation, type TcpEnd } from './conversation.ts';
import { describe } from './describe.ts';
import { WireError, type WireErrorCode } from './errors.ts';
import { type Frame, FrameDecoder, protocolHeader } from './frame.ts';
import { type HandshakeOptions, usualStartOk } from './handshake.ts';
import { encodeMethod } from './method-codec.ts';
import type { MethodArguments, MethodName } from './methods.ts';
import { Obligations } from './obligations.ts';
import { shownOctets } from './octets.ts';

/** Of octets that break the protocol: those that need not be the peer's, but may be of something else on the way. */
const noAmqp: ReadonlySet<WireErrorCode> = new Set(['unknown-frame-type', 'wrong-frame-end']);

/** What a peer can be expected to send. */
type Expected = MethodName | 'heartbeat' | 'protocol-header';
type Received<What extends Expected> = What extends MethodName ? Command<What> : Frame;

interface OnChannel {
  /** Default: 0 for methods of the connection, and 1 for all others. */
  channel?: number;
}

/** How a raw connection is connected. */
export interface RawConnectionOptions {
  /** Is told of all that is sent and received: methods, frames, octets that are neither, the end of the TCP connection. */
  watch?: (direction: 'out' | 'in', what: Command | Frame | Buffer | TcpEnd) => void;
  /**
   * Is asked when something expected has not come in time, and throws if the peer is not to blame for that; what came
   * meanwhile counts. Absent: the peer is to blame.
   *
   * @param expected `queue.declare-ok on channel 1`
   */
  onSilence?: (expected: string) => Promise<void>;
  /** Ends the attempt to connect; default: after 10 s. */
  signal?: AbortSignal;
}

interface Within {
  /** Milliseconds to wait; default: those of `deadlineMs`. */
  within?: number;
}

/**
 * A connection on which a spec says every frame itself, and which answers nothing by itself, heartbeats
 * neither:
 *
 * ```ts
 * await raw.send('queue.declare', { queue: 'tasks', passive: true });
 * const { arguments: close } = await raw.expect('channel.close');
 * ```
 *
 * What it sends never fails because the peer has gone: that is seen by the next expectation.
 */
export class RawConnection {
  /** The largest frame that either side sends, as soon as it is negotiated; 0: no limit. */
  frameMax = 0;
  /** What the server said in the handshake, as far as that went. */
  readonly said: { start?: MethodArguments<'connection.start'>; tune?: MethodArguments<'connection.tune'> } =
    {};
  readonly #socket: net.Socket;
  readonly #decoder = new FrameDecoder();
  readonly #assembler = new CommandAssembler();
  readonly #unread: (Command | Frame)[] = [];
  readonly #conversation = new Conversation();
  readonly #waiting = new Set<() => void>();
  readonly #watch: NonNullable<RawConnectionOptions['watch']>;
  readonly #onSilence: NonNullable<RawConnectionOptions['onSilence']>;
  #end: TcpEnd | undefined;
  #broken: Error | undefined;
  readonly #obligations = new Obligations();
  /** How much of what came was whole. */
  #heard = 0;
  /** A channel on which it was asked whether the peer answers: what comes there says no more than that. */
  #askedOn: number | undefined;

  private constructor(socket: net.Socket, options: RawConnectionOptions) {
    this.#socket = socket;
    this.#watch = options.watch ?? (() => {});
    this.#onSilence = options.onSilence ?? (async () => {});
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.#ended('FIN'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    socket.on('close', () => this.#wake());
  }

  /**
   * Connects, and sends nothing.
   *
   * @param to with `tls`, TLS is spoken from the beginning
   * @throws CouldNotRun when nobody answers in time, or the TLS handshake fails; the cause tells why
   */
  static async connect(
    { tls: tlsOptions, ...address }: net.TcpNetConnectOpts & { tls?: tls.ConnectionOptions },
    options: RawConnectionOptions = {},
  ): Promise<RawConnection> {
    const to = { noDelay: true, ...address };
    const socket = tlsOptions === undefined ? net.connect(to) : tls.connect({ ...to, ...tlsOptions });
    const { signal = AbortSignal.timeout(10_000) } = options;
    try {
      await once(socket, tlsOptions === undefined ? 'connect' : 'secureConnect', { signal });
    } catch (error) {
      socket.destroy();
      throw new CouldNotRun(`No connection to ${address.host}:${address.port}: ${String(error)}`, {
        cause: error,
      });
    }
    socket.setNoDelay(true);
    return new RawConnection(socket, options);
  }

  /** What came and was not expected yet, without heartbeats. */
  get unread(): readonly (Command | Frame)[] {
    return this.#unread.filter(isNoHeartbeat);
  }

  /** Why the connection is gone, if the peer had to keep it. */
  get lost(): string | undefined {
    return this.#obligations.breach;
  }

  /**
   * Sends a method. Arguments that are not given are zero: 0, '', false, an empty table.
   *
   * @param options `content` follows a method that carries it; without it, only the method is sent
   */
  async send<Name extends MethodName>(
    name: Name,
    values: Partial<MethodArguments<Name>> = {},
    { channel = usualChannel(name), content }: OnChannel & { content?: Content } = {},
  ): Promise<void> {
    const frames: readonly [Frame, ...Frame[]] =
      content === undefined
        ? [encodeMethod(channel, name, values)]
        : encodeContent(channel, name, values, content, this.frameMax);
    const command = new Command(name, frames);
    this.#obligations.sent(command, { complete: content !== undefined });
    this.#watch('out', command);
    await this.#write(describe(command), frames);
  }

  /**
   * Sends several methods in one write, so that the peer can read them at once.
   *
   * @param say begins to send each of them
   */
  async together(say: () => Promise<void>[]): Promise<void> {
    this.#socket.cork();
    const sent = say();
    this.#socket.uncork();
    await Promise.all(sent);
  }

  /** Sends a frame as it is. */
  async sendFrame(frame: Frame): Promise<void> {
    this.#obligations.sentFrame(frame);
    this.#watch('out', frame);
    await this.#write(`${describe(frame)}, ${shownOctets(frame.payload)}`, [frame]);
  }

  /** Sends octets as they are. */
  async sendOctets(octets: Uint8Array): Promise<void> {
    this.#obligations.mayEnd();
    this.#watch('out', Buffer.from(octets));
    await this.#write(`octets ${shownOctets(Buffer.from(octets))}`, [{ bytes: octets }]);
  }

  /**
   * Waits for what the peer says next on a channel, which has to be this. Heartbeats are skipped, unless one is
   * expected.
   *
   * @throws ConversationError when something else comes, or the peer closes the connection, or nothing comes
   */
  async expect<What extends Expected>(what: What, options?: OnChannel & Within): Promise<Received<What>>;
  async expect(
    what: Expected,
    { channel = usualChannel(what), within = deadlineMs() }: OnChannel & Within = {},
  ): Promise<Command | Frame> {
    const expected = channel === 0 ? what : `${what} on channel ${channel}`;
    const next = await this.#wait(expected, within, () => this.#takeNext(what, channel));
    if (nameOf(next) !== what)
      throw this.#conversation.contradiction(expected, `${describe(next)} came`, next);
    return next;
  }

  /**
   * Waits until the peer ends the TCP connection. What it said before can still be expected. How a broker ends
   * it depends on the options of its listener: RabbitMQ's defaults let it break off even after a proper close.
   *
   * @param options `within` is twice as long as for an answer: RabbitMQ ends some only after 3 s, on purpose
   * @throws ConversationError when it does not
   */
  async expectEnd({ within = 2 * deadlineMs() }: Within = {}): Promise<TcpEnd> {
    const end = await this.#wait('the end of the TCP connection', within, () => this.#end);
    this.#obligations.expectedEnd();
    return end;
  }

  /**
   * What the peer says next, on whatever channel, or how it ends the TCP connection.
   *
   * @param within milliseconds
   * @returns `undefined` when nothing comes in this time
   * @throws ConversationError when what comes is no AMQP
   */
  async next(within: number): Promise<Command | Frame | TcpEnd | undefined> {
    const deadline = performance.now() + within;
    for (;;) {
      const next = this.#unread.shift() ?? this.#end;
      if (next !== undefined) return next;
      if (this.#broken !== undefined)
        throw this.#conversation.contradiction('a frame', this.#broken.message, this.#broken);
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      await this.#arrival(left);
    }
  }

  /** The handshake of a client, from the protocol header on; gives what the server said on the way. */
  async open({
    until = 'connection.open-ok',
    within = deadlineMs(),
    ...options
  }: HandshakeOptions & Within): Promise<{
    start?: MethodArguments<'connection.start'>;
    tune?: MethodArguments<'connection.tune'>;
  }> {
    if (until === 'TCP') return {};
    await this.sendFrame(protocolHeader);
    const { arguments: start } = await this.expect('connection.start', { within });
    this.said.start = start;
    if (until === 'connection.start') return { start };
    await this.send('connection.start-ok', { ...usualStartOk(options), ...options.startOk });
    if (until === 'connection.start-ok') return { start };
    const { arguments: tune } = await this.expect('connection.tune', { within });
    this.said.tune = tune;
    if (until === 'connection.tune') return { start, tune };
    const tuned = { ...tune, heartbeat: 0, ...options.tuneOk };
    await this.send('connection.tune-ok', tuned);
    this.frameMax = tuned.frameMax;
    this.#decoder.frameMax = tuned.frameMax;
    if (until === 'connection.tune-ok') return { start, tune };
    await this.send('connection.open', { virtualHost: options.virtualHost ?? '/' });
    if (until === 'connection.open-ok') await this.expect('connection.open-ok', { within });
    return { start, tune };
  }

  /**
   * Opens a channel of the highest number, as a question of which only that it is answered counts, by whatever. Nothing is
   * asked where a peer need not answer.
   */
  async askForChannel(): Promise<void> {
    const channel = this.#obligations.answersOn;
    if (channel === undefined) return;
    this.#askedOn = channel;
    await this.#ask(new Command('channel.open', [encodeMethod(channel, 'channel.open', {})]));
  }

  /** The same by `connection.close`, when the connection is not needed any more. */
  async askToClose(): Promise<void> {
    if (this.#obligations.answersOn === undefined) return;
    this.#obligations.mayEnd();
    await this.#ask(
      new Command('connection.close', [encodeMethod(0, 'connection.close', { replyCode: 200 })]),
    );
  }

  /** Closes our side of the TCP connection (FIN), without any method. */
  end(): void {
    this.#obligations.mayEnd();
    this.#conversation.sent('FIN');
    this.#socket.end();
  }

  /** Breaks the TCP connection off (RST where TCP allows it). Harmless when it has ended already. */
  destroy(): void {
    this.#obligations.mayEnd();
    breakOff(this.#socket);
  }

  async #ask(question: Command): Promise<void> {
    const before = this.#heard;
    await this.#write(`${describe(question)}, to see whether it is answered`, question.frames);
    while (this.#heard === before && this.#broken === undefined && !this.#socket.destroyed)
      await this.#arrival(deadlineMs());
  }

  async #write(description: string, parts: readonly { bytes: Uint8Array }[]): Promise<void> {
    if (!this.#socket.writable) {
      this.#conversation.sent(`${description} (not sent: the TCP connection has ended)`);
      return;
    }
    this.#conversation.sent(description);
    await new Promise<void>((resolve) => {
      // That the peer has gone is told by the socket's own events.
      this.#socket.write(Buffer.concat(parts.map(({ bytes }) => bytes)), () => resolve());
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#broken !== undefined) return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#receiveFrame(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (noAmqp.has(error.code)) this.#obligations.garbled(error.message);
      this.#break(error);
    }
    this.#wake();
  }

  #receiveFrame(frame: Frame): void {
    const alone = frame.type === 'heartbeat' || frame.type === 'protocol-header';
    const received = alone ? frame : this.#assembler.push(frame);
    if (received === undefined) return;
    this.#heard += 1;
    this.#conversation.received(describe(received));
    if (received.channel === this.#askedOn) return;
    this.#obligations.received(received);
    this.#watch('in', received);
    this.#unread.push(received);
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') this.#ended('RST');
    else {
      this.#obligations.ended(error.code ?? error.message);
      this.#break(error);
    }
  }

  #ended(end: TcpEnd): void {
    if (this.#end === undefined) {
      this.#end = end;
      this.#obligations.ended(end);
      this.#conversation.received(end);
      this.#watch('in', end);
    }
    this.#wake();
  }

  #break(error: Error): void {
    this.#broken = error;
    this.#conversation.received(`${error.name}: ${error.message}`);
    this.#wake();
  }

  /** Removes what the peer said next on the channel: also the close of the connection, which ends all channels. */
  #takeNext(what: Expected, channel: number): Command | Frame | undefined {
    const index = this.#unread.findIndex(
      (received) =>
        (received.channel === channel || nameOf(received) === 'connection.close') &&
        (what === 'heartbeat' || isNoHeartbeat(received)),
    );
    return index === -1 ? undefined : this.#unread.splice(index, 1)[0];
  }

  async #wait<Value>(expected: string, within: number, look: () => Value | undefined): Promise<Value> {
    const deadline = performance.now() + within;
    for (let silent = false; ;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#broken !== undefined) {
        throw this.#conversation.contradiction(
          expected,
          `the connection broke: ${this.#broken.message}`,
          this.#broken,
        );
      }
      if (this.#end !== undefined || this.#socket.destroyed) {
        throw this.#conversation.contradiction(
          expected,
          `the TCP connection has ended (${this.#end ?? 'by us'})`,
          this.#end,
        );
      }
      const left = deadline - performance.now();
      if (left > 0) await this.#arrival(left);
      else if (silent)
        throw this.#conversation.contradiction(expected, `nothing more came within ${within} ms`);
      else {
        await this.#onSilence(expected);
        silent = true;
      }
    }
  }

  /** Ends when something came, or after so many milliseconds. */
  async #arrival(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#waiting.add(end);
    });
  }

  #wake(): void {
    for (const end of this.#waiting) end();
  }
}

function usualChannel(what: Expected): number {
  return what.startsWith('connection.') || !what.includes('.') ? 0 : 1;
}

function nameOf(received: Command | Frame): string {
  return received instanceof Command ? received.name : received.type;
}

function isNoHeartbeat(received: Command | Frame): boolean {
  return received instanceof Command || received.type !== 'heartbeat';
}
