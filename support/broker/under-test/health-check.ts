import { randomBytes } from 'node:crypto';

import { RawConnection } from '../../wire/index.ts';
import type { BrokerDescription } from '../broker.ts';

/** How long a broker may take to answer before it is said to hang, in milliseconds. */
const patienceMs = 10_000;

/** What a client found that asked a broker for a queue of its own. */
export type Served = { serves: true } | { serves: false; hangs: boolean; why: string };

/** Whether the broker still serves clients, hangs, or can't be reached. A refusal is an answer too. */
export async function askWhetherServing(
  { amqp, username, password, virtualHost }: BrokerDescription,
  within = patienceMs,
): Promise<Served> {
  const began = performance.now();
  let asked = 'a connection';
  let raw: RawConnection | undefined;
  try {
    raw = await RawConnection.connect(amqp);
    await raw.open({ username, password, virtualHost, within });
    asked = 'channel.open';
    await raw.send('channel.open');
    await raw.expect('channel.open-ok', { within });
    asked = 'queue.declare';
    const queue = `brokerproof-probe-${randomBytes(6).toString('hex')}`;
    await raw.send('queue.declare', { queue, exclusive: true });
    await raw.expect('queue.declare-ok', { within });
    return { serves: true };
  } catch (error) {
    if (performance.now() - began >= within)
      return { serves: false, hangs: true, why: `it did not answer ${asked} within ${within / 1000} s` };

    if (asked === 'queue.declare') return { serves: true };
    const why = error instanceof Error ? error.message : String(error);
    return { serves: false, hangs: false, why };
  } finally {
    raw?.destroy();
  }
}
