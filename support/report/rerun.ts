import { relative } from 'node:path';
import { type BrokerDescription, secretVariables } from '../broker/broker.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { asTyped, hasOwnSpecs, root, specsOf } from '../project.ts';

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

/** A broker, as far as it tells how it was chosen. */
type Chosen = Pick<BrokerDescription, 'environment' | 'nodes'>;

function settingsOf(broker: Chosen | undefined): string[] {
  const { SEED: seed } = process.env;
  const settings = { ...broker?.environment, ...(seed ? { SEED: seed } : {}) };
  return Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`);
}

/** As they are named on the command line. */
function ownSpecs(): string[] {
  if (!hasOwnSpecs(root)) return [];
  const path = relative('', specsOf(root));
  return [quoted(path.startsWith('.') ? path : `./${path}`)];
}

/** How a claim is run again on a broker chosen in the same way: a command that lacks the claim's id alone. */
export function rerunStart(broker: Chosen | undefined): string {
  return [...settingsOf(broker), asTyped('test'), ...ownSpecs()].join(' ');
}

/**
 * The command that runs this claim alone again, with one type of queues where it has several, against a broker chosen in
 * the same way; one line for a shell. Secrets are variables of the shell.
 */
export function rerunCommand(id: string, broker: Chosen | undefined, queueType?: QueueType): string {
  return [
    rerunStart(broker),
    quoted(id),
    ...(queueType === undefined ? [] : ['--queue-type', queueType]),
  ].join(' ');
}

/** The command that proves these claims on a broker chosen in the same way; none: all. */
export function proveCommand(ids: readonly string[], broker: Chosen): string {
  const all = broker.nodes === undefined ? [] : ['--cluster'];
  return [
    ...settingsOf(broker),
    asTyped('prove'),
    ...ownSpecs(),
    ...(ids.length === 0 ? all : ids.map(quoted)),
  ].join(' ');
}
