import type { BrokerDescription } from '../broker/broker.ts';

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that runs this claim alone again, against a broker chosen in the same way; one line for a shell. */
export function rerunCommand(id: string, broker: BrokerDescription | undefined): string {
  const settings = Object.entries(broker?.environment ?? {}).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  );
  return [...settings, 'pnpm test', quoted(id)].join(' ');
}
