import type { BrokerDescription } from '../broker/broker.ts';

const quoted = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The command that runs this claim alone again, against a broker chosen in the same way; one line for a shell. */
export const rerunCommand = (id: string, broker: BrokerDescription | undefined): string => {
  const settings = Object.entries(broker?.environment ?? {}).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  );
  return [...settings, 'pnpm test', quoted(id)].join(' ');
};
