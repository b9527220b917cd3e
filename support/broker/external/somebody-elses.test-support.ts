import type { BrokerDescription } from '../broker.ts';
import { embedded } from '../node/embedded.ts';
import { local } from '../node/local.ts';

/** Of a broker that keeps its ports over a restart, as one of somebody else does. */
export const provider = (await local.available()).works ? local : embedded;
const available = await provider.available();
export const isAvailable = available.works;
export const whyNot = available.works ? '' : ` (${available.why})`;

/** Such a broker is one of ours, so they are enabled. */
export const plugins = ['rabbitmq_consistent_hash_exchange', 'rabbitmq_recent_history_exchange'];

export function amqpUrl({ username, password, amqp }: BrokerDescription): string {
  return `amqp://${username}:${password}@${amqp.host}:${amqp.port}`;
}
