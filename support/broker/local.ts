import { delimiter, dirname } from 'node:path';
import { realpath } from 'node:fs/promises';

import { UsageError } from '../errors.ts';
import type { Availability, Broker, Provider } from './broker.ts';
import { findPortMapper, findProgram, type Installation } from './installation.ts';
import { startNode } from './node.ts';

// Debian's rabbitmq-server on the path changes the user and wants to be root; these are the scripts behind it.
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
    const found = await find();
    if (typeof found === 'string') {
      throw new UsageError(`The local broker can't be started: ${found}.`, cure);
    }
    return await startNode('local', found, signal);
  },
};

/** The installation, or why there is none. */
async function find(): Promise<Installation | string> {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const server = await findServer(path);
  if (server === undefined) {
    return 'rabbitmq-server is neither on the PATH nor where its packages put it';
  }
  const scripts = dirname(server);
  const control = await findProgram('rabbitmqctl', [scripts]);
  if (control === undefined) {
    return `rabbitmqctl is not beside ${server}`;
  }
  const erl = await findProgram('erl', path);
  if (erl === undefined) {
    return 'erl (Erlang) is not on the PATH';
  }
  const epmd = await findPortMapper(erl, path);
  if (epmd === undefined) {
    return `epmd (Erlang's port mapper) is neither on the PATH nor with ${await realpath(erl)}`;
  }
  return { origin: scripts, server, control, epmd, path: path.join(delimiter), libraries: [] };
}

async function findServer(path: readonly string[]): Promise<string | undefined> {
  for (const folder of [...path, ...packagedScripts]) {
    const script = await findProgram('rabbitmq-server', [folder]);
    if (script !== undefined && !(await realpath(script)).endsWith('rabbitmq-script-wrapper')) {
      return script;
    }
  }
  return undefined;
}
