import type { BrokerDescription } from '../broker/broker.ts';
import type { QueueType } from '../broker/queue-type.ts';

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The command that runs this claim alone again, with one type of queues where it has several, against a broker chosen in
 * the same way; one line for a shell.
 */
export function rerunCommand(
  id: string,
  broker: BrokerDescription | undefined,
  queueType?: QueueType,
): string {
  const settings = Object.entries(broker?.environment ?? {}).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  );
  return [
    ...settings,
    'pnpm test',
    quoted(id),
    ...(queueType === undefined ? [] : ['--queue-type', queueType]),
  ].join(' ');
}
