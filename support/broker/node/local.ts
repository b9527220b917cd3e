import { readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';

import { UsageError } from '../../errors.ts';
import type { Availability, Broker, Provider } from '../broker.ts';
import { findPortMapper, findProgram, type Installation } from './installation.ts';
import { startNodes } from './cluster.ts';
import { startNode } from './node.ts';

// Where the scripts are behind those that packages put on the PATH.
const packagedScripts = [
  '/usr/lib/rabbitmq/bin',
  '/usr/local/lib/rabbitmq/bin',
  '/usr/local/sbin',
  '/usr/sbin',
];

const cure =
  'Install the rabbitmq-server package or put rabbitmq-server and erl on the PATH, or choose BROKER=embedded.';

/** A private node of the RabbitMQ that is installed on this machine. */
export const local: Provider = {
  name: 'local',

  async available(): Promise<Availability> {
    const found = await find();
    return typeof found === 'string'
      ? { works: false, why: found, cure }
      : { works: true, why: found.origin };
  },

  async start(signal: AbortSignal): Promise<Broker> {
    return await startNode('local', await installed(), signal);
  },

  async startCluster(signal: AbortSignal): Promise<Broker> {
    return await startNodes('local', await installed(), signal);
  },
};

async function installed(): Promise<Installation> {
  const found = await find();
  if (typeof found === 'string') throw new UsageError(`The local broker can't be started: ${found}.`, cure);
  return found;
}

/** The installation, or why there is none. */
async function find(): Promise<Installation | string> {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const found = await findServer(path);
  if (found === undefined) return 'rabbitmq-server is neither on the PATH nor where its packages put it';

  // The scripts look for others beside themselves, and not where a link to them is.
  const server = await realpath(found);
  const control = await findProgram('rabbitmqctl', [dirname(server)]);
  if (control === undefined) return `rabbitmqctl is not beside ${server}`;

  const erl = await findProgram('erl', path);
  if (erl === undefined) return 'erl (Erlang) is not on the PATH';

  const epmd = await findPortMapper(erl, path);
  if (epmd === undefined)
    return `epmd (Erlang's port mapper) is neither on the PATH nor with ${await realpath(erl)}`;

  return { origin: dirname(found), server, control, epmd, path: path.join(delimiter), libraries: [] };
}

async function findServer(path: readonly string[]): Promise<string | undefined> {
  for (const folder of [...path, ...packagedScripts]) {
    const script = await findProgram('rabbitmq-server', [folder]);
    // What packages put on the PATH wants to be root, and becomes another user then.
    if (script !== undefined && !(await readFile(script, 'utf8')).includes('Only root or rabbitmq'))
      return script;
  }
  return undefined;
}
