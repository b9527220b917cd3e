import { setTimeout as pause } from 'node:timers/promises';

import { CouldNotRun, messageOf } from '../errors.ts';
import { askForApi } from '../management/discovery.ts';
import type { Access, Address } from './broker.ts';
import { ask, type BrokerIdentity } from './handshake.ts';

/** A broker to wait for. */
interface ProbeOptions extends Access {
  amqp: Address;
  /** Base URL of the management API; absent: only AMQP is waited for. */
  managementUrl?: string;
  /** Who asks it, where that is another than who logs in. */
  managementUser?: { username: string; password: string } | undefined;
  /** Whether its log says that the start is complete: it answers a moment before, and rabbitmqctl does not yet. */
  started?: () => boolean | Promise<boolean>;
  /** What its log says at the end, which tells why it is not ready. */
  logTail?: () => Promise<string>;
  /** How long to wait, in milliseconds. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** How the broker's process ended, with the tail of its log; `undefined` while it runs. */
  ended?: () => string | undefined | Promise<string | undefined>;
}

const intervalMs = 50;
const attemptMs = 5_000;

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
      const { identity } = await ask(options, {
        within: attemptMs,
        ...(signal === undefined ? {} : { signal }),
      });
      await askManagement(options);
      if ((await options.started?.()) ?? true) return identity;

      seen = 'its log does not say that the start is complete';
    } catch (error) {
      seen = error;
    }
    const end = await ended?.();
    if (end !== undefined) throw new CouldNotRun(`The broker ended before it answered: ${end}`);

    if (Date.now() >= deadline) {
      const log = (await options.logTail?.().catch(messageOf)) ?? '';
      throw new CouldNotRun(
        `The broker did not answer within ${deadlineMs / 1000} s; last: ${messageOf(seen)}${log === '' ? '' : `\n${log}`}`,
        { cause: seen },
      );
    }
    await pause(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function askManagement(options: ProbeOptions): Promise<void> {
  const { managementUrl: url, signal, managementUser: { username, password } = options } = options;
  if (url === undefined) return;

  const answer = await askForApi({ url, username, password, timeoutMs: attemptMs, signal });
  if (!answer.isApi) throw new CouldNotRun(`what answers at ${url} ${answer.why}`);
}
