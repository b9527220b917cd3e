import { EventEmitter } from 'node:events';
import type { Access, Address } from '../broker/broker.ts';
import { openConnection } from '../broker/handshake.ts';
import { CouldNotRun } from '../errors.ts';
import { holdsEventually } from '../waiting/until.ts';
import {
  type BasicProperties,
  Command,
  type MethodArguments,
  type MethodName,
  methodName,
  type RawConnection,
  repliesTo,
} from '../wire/index.ts';
import type { RefusalSeen } from './reading.ts';

/** How long a broker may take for an answer, in milliseconds. */
export const answerMs = 3_000;
/** For the end of a connection, which nothing depends on, in milliseconds. */
const farewellMs = 1_000;

/** The broker can't be reached any more. */
export class BrokerWentAway extends CouldNotRun {}

/** The broker closed the channel or the connection because of something that it was asked to do. */
export class Refused extends Error implements RefusalSeen {
  override readonly name = 'Refused';
  readonly method: MethodName;
  readonly replyCode: number;
  readonly replyText: string;

  constructor({ method, replyCode, replyText }: RefusalSeen) {
    super(`${method} was refused: ${replyCode} ${replyText}`);
    this.method = method;
    this.replyCode = replyCode;
    this.replyText = replyText;
  }
}

/** The broker did not answer, or broke off the connection. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Which channel; it is opened when it is needed, again also after an error has closed it. */
export interface OnChannel {
  /** Default: 1. */
  channel?: number;
}

/** What is waited for. */
interface Awaited {
  /** The channels whose end is the end of the waiting. */
  channels: readonly number[];
  /** Milliseconds. */
  within: number;
  /** What the broker has refused when it ends one of them and does not say. */
  method?: MethodName;
}

/** A connection to a broker that takes a refusal as an answer. */
export class ClientConnection {
  readonly #raw: RawConnection;
  readonly #received: Command[] = [];
  readonly #arrivals = new EventEmitter();
  readonly #channels = new Set<number>();
  readonly #signal: AbortSignal;
  readonly #breakOff = (): void => {
    this.#raw.destroy();
    this.#hear('RST');
  };
  #ended = false;

  private constructor(raw: RawConnection, signal: AbortSignal) {
    this.#raw = raw;
    this.#signal = signal;
    signal.addEventListener('abort', this.#breakOff, { once: true });
    if (signal.aborted) this.#breakOff();
  }

  /**
   * Connects and logs in.
   *
   * @param signal breaks the connection off
   * @throws BrokerWentAway when that fails, since it worked before
   */
  static async open(broker: Access & { amqp: Address }, signal: AbortSignal): Promise<ClientConnection> {
    let hear = (_what: unknown): void => {};
    const watch = (direction: 'out' | 'in', what: unknown): void => {
      if (direction === 'in') hear(what);
    };
    let raw: RawConnection;
    try {
      ({ connection: raw } = await openConnection(broker, { within: answerMs, signal, watch }));
    } catch (error) {
      throw new BrokerWentAway('The broker went away: it takes no connection any more.', { cause: error });
    }
    const connection = new ClientConnection(raw, signal);
    hear = (what) => connection.#hear(what);
    return connection;
  }

  /**
   * Sends a synchronous method and waits for its answer.
   *
   * @throws Refused, NoAnswer
   */
  async call<Name extends MethodName>(
    name: Name,
    values: Partial<MethodArguments<Name>> = {},
    { channel = 1 }: OnChannel = {},
  ): Promise<Command> {
    await this.#opened(channel);
    await this.#raw.send(name, values, { channel });
    return await this.#answer(name, channel);
  }

  /** Sends a method that nothing answers. */
  async tell<Name extends MethodName>(
    name: Name,
    values: Partial<MethodArguments<Name>>,
    { channel = 1 }: OnChannel = {},
  ): Promise<void> {
    await this.#opened(channel);
    await this.#raw.send(name, values, { channel });
  }

  /** Sends a message, which nothing answers. */
  async publish(
    exchange: string,
    routingKey: string,
    body: string,
    { channel = 1, properties = {} }: OnChannel & { properties?: BasicProperties } = {},
  ): Promise<void> {
    await this.#opened(channel);
    const content = { properties, body: Buffer.from(body) };
    await this.#raw.send('basic.publish', { exchange, routingKey }, { channel, content });
  }

  /**
   * Waits for a method, and takes it.
   *
   * @returns nothing when it does not come in time
   * @throws Refused when the broker closes one of the channels, or the connection; NoAnswer when it breaks that off
   */
  async take<Name extends MethodName>(
    names: readonly Name[],
    { channels, within, method = 'basic.publish' }: Awaited,
  ): Promise<Command<Name> | undefined> {
    const isIt = (each: Command): each is Command<Name> =>
      channels.includes(each.channel) && names.some((name) => each.is(name));
    const ends = (each: Command): boolean =>
      each.is('connection.close') || (each.is('channel.close') && channels.includes(each.channel));
    const matters = (each: Command): boolean => isIt(each) || ends(each);
    await holdsEventually(this.#arrivals, () => this.#ended || this.#received.some(matters), within);
    const index = this.#received.findIndex(matters);
    const [command] = index === -1 ? [] : this.#received.splice(index, 1);
    if (command === undefined) {
      if (this.#ended) throw new NoAnswer('the connection was lost');
      return undefined;
    }
    if (isIt(command)) return command;
    throw await this.#refused(command, method);
  }

  /** Closes the connection; harmless when it has ended already. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#breakOff);
    if (!this.#ended) {
      await this.#raw.send('connection.close', { replyCode: 200 });
      // That it ends is all that is wanted
      await this.take(['connection.close-ok'], { channels: [0], within: farewellMs }).catch(() => undefined);
    }
    this.#ended = true;
    this.#raw.destroy();
  }

  #hear(what: unknown): void {
    if (what instanceof Command) this.#received.push(what);
    else if (what === 'FIN' || what === 'RST') this.#ended = true;
    this.#arrivals.emit('change');
  }

  async #opened(channel: number): Promise<void> {
    if (this.#channels.has(channel)) return;
    this.#channels.add(channel);
    await this.#raw.send('channel.open', {}, { channel });
    await this.#answer('channel.open', channel);
  }

  async #answer(method: MethodName, channel: number): Promise<Command> {
    const answer = await this.take(repliesTo(method), { channels: [channel], within: answerMs, method });
    if (answer === undefined) throw new NoAnswer(`${method} was not answered within ${answerMs} ms`);
    return answer;
  }

  /** Answers what the broker ended, and gives why it did. */
  async #refused(ending: Command, method: MethodName): Promise<Refused> {
    const ofConnection = ending.is('connection.close');
    await this.#raw.send(
      ofConnection ? 'connection.close-ok' : 'channel.close-ok',
      {},
      { channel: ending.channel },
    );
    if (ofConnection) this.#ended = true;
    else this.#channels.delete(ending.channel);
    const { classId, methodId, replyCode, replyText } = (ending as Command<'channel.close'>).arguments;
    return new Refused({
      method: methodName(classId, methodId) ?? method,
      replyCode,
      replyText: replyText.toString(),
    });
  }
}
