import type { ConnectionOptions as TlsOptions } from 'node:tls';

import { z } from 'zod';

import { CouldNotRun } from '../errors.ts';
import {
  Command,
  ConnectionLost,
  ConversationError,
  type HandshakeOptions,
  type MethodArguments,
  plain,
  RawConnection,
  type RawConnectionOptions,
  RefusedByBroker,
  type Refusal,
  refusalIn,
  WireError,
} from '../wire/index.ts';
import type { Access, Address } from './broker.ts';

/** The steps at which a broker can turn a client away. */
type Step = 'log-in' | 'virtual host' | 'channel';

/** There is no TCP connection, or no TLS on it. */
export class NotReached extends ConnectionLost {
  /** Node.js's: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` …; empty where there is none. */
  readonly code: string;

  constructor(at: string, error: Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    super(`No connection to ${at}: ${error.message || code || error.name}`, { cause: error });
    this.code = code;
  }
}

/** The broker did not answer in time. */
export class NoAnswerInTime extends CouldNotRun {}

/** What answers is no AMQP 0-9-1 broker. */
export class NoAmqp extends CouldNotRun {
  /** What came instead of a handshake, in words. */
  readonly came: string;

  constructor(at: string, came: string, options?: ErrorOptions) {
    super(`What answers at ${at} does not speak AMQP 0-9-1: ${came}`, options);
    this.came = came;
  }
}

/** The broker turned the client away, and told why. */
export class TurnedAway extends RefusedByBroker {
  readonly step: Step;

  constructor(refusal: Refusal, step: Step, options?: ErrorOptions) {
    super(refusal, options);
    this.step = step;
  }
}

/**
 * The broker ended the TCP connection without a word. At the log-in that is what AMQP 0-9-1 has for a wrong password;
 * `authentication_failure_close` is the extension by which brokers say so.
 */
export class BrokenOff extends ConnectionLost {
  readonly step: Step;

  constructor(at: string, step: Step, options?: ErrorOptions) {
    super(`The broker at ${at} ended the connection at the ${step}, without a word`, options);
    this.step = step;
  }
}

/** Where, as whom and how a connection is opened. */
export interface Opening extends Access, Pick<HandshakeOptions, 'until' | 'startOk' | 'tuneOk'> {
  amqp: Address & { tls?: TlsOptions };
}

/** How long an answer is waited for. */
interface Patience {
  /** Milliseconds for all of it. */
  within: number;
  /** Ends it before that. */
  signal?: AbortSignal;
}

/** An open connection, and what the broker said in its handshake. */
export interface Opened {
  connection: RawConnection;
  start?: MethodArguments<'connection.start'>;
  /** Absent, as what comes before it, where the handshake ended earlier. */
  tune?: MethodArguments<'connection.tune'>;
}

/**
 * Opens a connection: TCP, TLS where it is asked for, and the handshake. Without Nagle's delay, and without
 * heartbeats unless `tuneOk` says so.
 *
 * @param patience `watch` and `onSilence` of the connection too
 * @throws NotReached, NoAnswerInTime, NoAmqp, TurnedAway, BrokenOff; the signal's reason when it was aborted
 */
export async function openConnection(
  { amqp, username, password, virtualHost, until, startOk, tuneOk }: Opening,
  { within, signal, ...hooks }: Patience & Omit<RawConnectionOptions, 'signal'>,
): Promise<Opened> {
  const at = `${amqp.host}:${amqp.port}`;
  const limit = AbortSignal.timeout(within);
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  let connection: RawConnection | undefined;
  const giveUp = (): void => connection?.destroy();
  stop.addEventListener('abort', giveUp);
  try {
    connection = await RawConnection.connect(amqp, { signal: stop, ...hooks });
    const unusual = {
      ...(until === undefined ? {} : { until }),
      ...(startOk === undefined ? {} : { startOk }),
      ...(tuneOk === undefined ? {} : { tuneOk }),
    };
    const said = await connection.open({ username, password, virtualHost, ...unusual, within });
    return { connection, ...said };
  } catch (error) {
    connection?.destroy();
    signal?.throwIfAborted();
    if (limit.aborted) throw noAnswer(at, within, { cause: error });
    throw failureOf(error, at, within);
  } finally {
    stop.removeEventListener('abort', giveUp);
  }
}

/**
 * Opens channel 1 on a connection.
 *
 * @throws NoAnswerInTime, NoAmqp, TurnedAway, BrokenOff
 */
export async function openChannel(
  connection: RawConnection,
  { amqp: { host, port } }: Pick<Opening, 'amqp'>,
  within: number,
): Promise<void> {
  await connection.send('channel.open');
  try {
    await connection.expect('channel.open-ok', { within });
  } catch (error) {
    throw failureOf(error, `${host}:${port}`, within);
  }
}

/** How long a broker is waited for that is only to say goodbye, in milliseconds. */
const farewellMs = 1_000;

/**
 * Closes a connection in order, unless the broker does not play along.
 *
 * @param within milliseconds; default: 1 s
 * @returns whether it has
 */
export async function closeConnection(connection: RawConnection, within = farewellMs): Promise<boolean> {
  await connection.send('connection.close', { replyCode: 200 });
  const closed = await connection.expect('connection.close-ok', { within }).catch(() => undefined);
  connection.destroy();
  return closed !== undefined;
}

/** Who a broker is, as it says itself in `connection.start`. */
export interface BrokerIdentity {
  /** The product, as it writes itself: `RabbitMQ`. */
  name: string;
  /** The same in lower case. */
  product: string;
  version: string;
  /** What it runs on, if it says so: `Erlang/OTP 25.2.3`. */
  platform?: string;
}

/** What a broker proposes in `connection.tune`. */
export interface Tuning {
  /** Channels of a connection at the most; 0: no limit. */
  channel_max: number;
  /** Octets of a frame at the most; 0: no limit. */
  frame_max: number;
  /** Seconds; 0: none. */
  heartbeat: number;
}

/** What a broker says of itself when it is asked. */
export interface Asked {
  identity: BrokerIdentity;
  /** The extensions of its table `capabilities`; what does not stand there it does not announce. */
  announced: Readonly<Record<string, boolean>>;
  configuration: Tuning;
}

const serverProperties = z.object({
  product: z.string(),
  version: z.string(),
  platform: z.string().optional(),
  capabilities: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Asks a broker who it is, for its extensions and its configuration, by a connection that is opened and closed.
 *
 * @param patience default: 10 s
 * @throws as `openConnection`; CouldNotRun when the broker does not say who it is
 */
export async function ask(
  { amqp, username, password, virtualHost }: Access & Pick<Opening, 'amqp'>,
  patience: Patience = { within: 10_000 },
): Promise<Asked> {
  const { connection, start, tune } = await openConnection(
    { amqp, username, password, virtualHost },
    patience,
  );
  await closeConnection(connection);
  const said = serverProperties.safeParse(plain(start?.serverProperties ?? []));
  if (!said.success) {
    throw new CouldNotRun(
      `The broker at ${amqp.host}:${amqp.port} does not say in connection.start which product and version it is.`,
      { cause: said.error },
    );
  }
  const { product: name, version, platform, capabilities } = said.data;
  return {
    identity: {
      name,
      product: name.toLowerCase(),
      version,
      ...(platform === undefined ? {} : { platform }),
    },
    announced: Object.fromEntries(Object.entries(capabilities).map(([key, has]) => [key, has === true])),
    configuration: {
      channel_max: tune?.channelMax ?? 0,
      frame_max: tune?.frameMax ?? 0,
      heartbeat: tune?.heartbeat ?? 0,
    },
  };
}

function noAnswer(at: string, within: number, options: ErrorOptions): NoAnswerInTime {
  return new NoAnswerInTime(`The broker at ${at} did not answer within ${within} ms.`, options);
}

/** What an error of a raw connection says of the broker. */
function failureOf(error: unknown, at: string, within: number): unknown {
  const options = { cause: error };
  if (error instanceof CouldNotRun && error.cause instanceof Error) return new NotReached(at, error.cause);
  if (!(error instanceof ConversationError)) return error;
  const { came, expected, actual } = error;
  if (came === undefined) return noAnswer(at, within, options);
  const step = stepAfter(expected);
  if (came instanceof Command && (came.is('connection.close') || came.is('channel.close')))
    return new TurnedAway(refusalIn(came), step ?? 'log-in', options);
  if (step !== undefined && (came === 'FIN' || came === 'RST')) return new BrokenOff(at, step, options);
  if (came instanceof Error && !(came instanceof WireError)) return new NotReached(at, came);
  return new NoAmqp(at, actual, options);
}

/** The step that the broker has to answer by a method; `undefined`: it has said nothing of AMQP yet. */
function stepAfter(expected: string): Step | undefined {
  if (expected === 'connection.start') return undefined;
  if (expected === 'connection.tune') return 'log-in';
  return expected === 'connection.open-ok' ? 'virtual host' : 'channel';
}
