import { randomBytes } from 'node:crypto';

import { ConversationError, RefusedByBroker } from '../../wire/index.ts';
import type { BrokerDescription } from '../broker.ts';
import { NoAnswerInTime, openChannel, openConnection, type Opened } from '../handshake.ts';

/** How long a broker may take for each answer before it is said to hang, in milliseconds. */
const patienceMs = 10_000;

/** What a client found that asked a broker for a queue of its own. */
export type Served = { serves: true } | { serves: false; hangs: boolean; why: string };

/** Whether the broker still serves clients, hangs, or can't be reached. A refusal is an answer too. */
export async function askWhetherServing(
  { amqp, username, password, virtualHost }: BrokerDescription,
  within = patienceMs,
): Promise<Served> {
  const hung = (asked: string): Served => ({
    serves: false,
    hangs: true,
    why: `it did not answer ${asked} within ${within / 1000} s`,
  });
  const access = { amqp, username, password, virtualHost };
  let asked = 'a connection';
  let opened: Opened | undefined;
  try {
    opened = await openConnection(access, { within });
    asked = 'channel.open';
    await openChannel(opened.connection, access, within);
    asked = 'queue.declare';
    const queue = `brokerproof-probe-${randomBytes(6).toString('hex')}`;
    await opened.connection.send('queue.declare', { queue, exclusive: true });
    await opened.connection.expect('queue.declare-ok', { within });
    return { serves: true };
  } catch (error) {
    if (error instanceof NoAnswerInTime) return hung(asked);
    if (error instanceof RefusedByBroker) return { serves: true };
    if (error instanceof ConversationError) return error.came === undefined ? hung(asked) : { serves: true };
    const why = error instanceof Error ? error.message : String(error);
    return { serves: false, hangs: false, why };
  } finally {
    opened?.connection.destroy();
  }
}
