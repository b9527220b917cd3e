import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const relays = fileURLToPath(new URL('../cluster/relays-process.mjs', import.meta.url));

/** Nodes that have a folder in this one as their home. */
export async function nodesWithin(folder: string): Promise<string[]> {
  return (await processes()).filter((pid) => told(pid, 'environ').includes(`HOME=${folder}/`));
}

/** The relays between nodes that a process has started. */
export async function relaysOf(parent: number | undefined): Promise<string[]> {
  return (await processes()).filter(
    (pid) =>
      told(pid, 'cmdline').includes(relays) &&
      told(pid, 'stat').split(') ')[1]?.split(' ')[1] === String(parent),
  );
}

async function processes(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Nothing, of a process that is gone. */
export function told(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
