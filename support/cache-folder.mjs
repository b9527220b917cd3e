import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where commands keep what they have translated; in a package's folder nothing is written. */
export const cacheFolder = root.includes(`${sep}node_modules${sep}`)
  ? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'brokerproof/translated')
  : join(root, 'node_modules/.cache/brokerproof');
