import { setTimeout as pause } from 'node:timers/promises';

import { type ChannelModel, connect } from 'amqplib';
import { z } from 'zod';

import { CouldNotRun } from '../errors.ts';
import { askForApi } from '../management/discovery.ts';
import type { Address } from './broker.ts';

/** A broker to wait for. */
export interface ProbeOptions {
  amqp: Address;
  username: string;
  password: string;
  virtualHost: string;
  /** Base URL of the management API; absent: only AMQP is waited for. */
  managementUrl?: string;
  /** Who asks it, where that is another than who logs in. */
  managementUser?: { username: string; password: string } | undefined;
  /** Whether its log says that the start is complete: it answers a moment before, and rabbitmqctl does not yet. */
  started?: () => boolean | Promise<boolean>;
  /** How long to wait, in milliseconds. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** How the broker's process ended, with the tail of its log; `undefined` while it runs. */
  ended?: () => string | undefined | Promise<string | undefined>;
}

/** What a broker says of itself in `connection.start`. */
export interface BrokerIdentity {
  /** The product, as it writes itself: `RabbitMQ`. */
  name: string;
  /** The same in lower case. */
  product: string;
  version: string;
  /** What it runs on, if it says so: `Erlang/OTP 25.2.3`. */
  platform?: string;
}

const intervalMs = 50;
const attemptMs = 5_000;
const serverProperties = z.object({
  product: z.string(),
  version: z.string(),
  platform: z.string().optional(),
});

/**
 * Waits until an AMQP connection can be opened, the management API answers and the start is complete.
 *
 * @throws CouldNotRun when the broker's process has ended, or when the deadline has passed, with what was
 *   seen last; the signal's reason when it was aborted
 */
export async function waitUntilAnswering(options: ProbeOptions): Promise<BrokerIdentity> {
  const { deadlineMs, signal, ended } = options;
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    let seen: unknown;
    try {
      const identity = await identify(options);
      await askManagement(options);
      if ((await options.started?.()) ?? true) return identity;

      seen = 'its log does not say that the start is complete';
    } catch (error) {
      seen = error;
    }
    const end = await ended?.();
    if (end !== undefined) throw new CouldNotRun(`The broker ended before it answered: ${end}`);

    if (Date.now() >= deadline) {
      throw new CouldNotRun(
        `The broker did not answer within ${deadlineMs / 1000} s; last: ${describe(seen)}`,
        {
          cause: seen,
        },
      );
    }
    await pause(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** Opens an AMQP connection and closes it. */
export async function identify(
  options: Pick<ProbeOptions, 'amqp' | 'username' | 'password' | 'virtualHost' | 'signal'>,
): Promise<BrokerIdentity> {
  const connection: ChannelModel = await connect(
    {
      hostname: options.amqp.host,
      port: options.amqp.port,
      username: options.username,
      password: options.password,
      vhost: options.virtualHost,
    },
    {
      noDelay: true,
      timeout: attemptMs,
      // A signal for each socket, because sockets leave their listeners behind.
      ...(options.signal === undefined ? {} : { signal: AbortSignal.any([options.signal]) }),
    },
  );
  // An error after the handshake shows in close.
  connection.on('error', () => {});
  const { product: name, version, platform } = serverProperties.parse(connection.connection.serverProperties);
  await connection.close();
  return { name, product: name.toLowerCase(), version, ...(platform === undefined ? {} : { platform }) };
}

async function askManagement(options: ProbeOptions): Promise<void> {
  const { managementUrl: url, signal, managementUser: { username, password } = options } = options;
  if (url === undefined) return;

  const answer = await askForApi({ url, username, password, timeoutMs: attemptMs, signal });
  if (!answer.isApi) throw new CouldNotRun(`what answers at ${url} ${answer.why}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
