import { type BrokerDescription, secretVariables } from '../broker/broker.ts';
import type { QueueType } from '../broker/queue-type.ts';

const variable = new RegExp(String.raw`(\$(?:${secretVariables.join('|')})\b)`);

/** The word for a shell, which puts in what the variables for secrets hold, and takes all else as it is. */
function quoted(word: string): string {
  if (/^[\w./:=@%+-]+$/.test(word)) return word;
  if (!variable.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  // Every second part is a variable
  const parts = word
    .split(variable)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/[\\"`$]/g, '\\$&')));
  return `"${parts.join('')}"`;
}

function settingsOf(broker: BrokerDescription | undefined): string[] {
  return Object.entries(broker?.environment ?? {}).map(([name, value]) => `${name}=${quoted(value)}`);
}

/** How a claim is run again on a broker chosen in the same way: a command that lacks the claim's id alone. */
export function rerunStart(broker: BrokerDescription | undefined): string {
  return [...settingsOf(broker), 'pnpm test'].join(' ');
}

/**
 * The command that runs this claim alone again, with one type of queues where it has several, against a broker chosen in
 * the same way; one line for a shell. Secrets are variables of the shell.
 */
export function rerunCommand(
  id: string,
  broker: BrokerDescription | undefined,
  queueType?: QueueType,
): string {
  return [
    rerunStart(broker),
    quoted(id),
    ...(queueType === undefined ? [] : ['--queue-type', queueType]),
  ].join(' ');
}

/** The command that proves these claims on a broker chosen in the same way; none: all. */
export function proveCommand(ids: readonly string[], broker: BrokerDescription): string {
  return [...settingsOf(broker), 'pnpm prove', ...ids.map(quoted)].join(' ');
}
