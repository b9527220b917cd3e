import { randomBytes } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Broker, NodeName, ProviderName } from '../broker.ts';
import { nodeNames } from '../broker.ts';
import { type ClusterProvider, startCluster } from '../cluster/broker.ts';
import type { Made } from '../cluster/member.ts';
import { portsOfRelays, Relays } from '../cluster/relays.ts';
import { randomPassword } from '../rabbitmq/configuration.ts';
import { isWithin } from '../version.ts';
import { ProcessMember } from './cluster-member.ts';
import type { Installation } from './installation.ts';
import { portTaken } from './node.ts';
import { type ReservedPorts, reservePorts } from './ports.ts';

const attempts = 3;

/**
 * Starts a cluster of three private nodes, each as `startNode` does, on loopback alone, with relays between them.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @throws CouldNotRun when they do not come up, or do not find each other
 * @throws UsageError when there is no place for their folders
 */
export async function startNodes(
  provider: ProviderName,
  installation: Installation,
  signal: AbortSignal,
): Promise<Broker> {
  return await startCluster(nodesOf(provider, installation), signal);
}

/** How clusters are made of an installation. */
export function nodesOf(provider: ProviderName, installation: Installation): ClusterProvider {
  return {
    provider,
    origin: installation.origin,
    environment: { BROKER: provider },
    missing: {},
    make: async (signal) => await makeNodes(installation, signal),
  };
}

async function makeNodes(installation: Installation, signal: AbortSignal): Promise<Made> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const nodes = new Nodes(installation);
    try {
      return await nodes.make(signal);
    } catch (error) {
      const portWasTaken = await nodes.portWasTaken();
      await nodes.remove();
      // Another program can take a port between the moment it was found free and the boot.
      if (attempt === attempts || signal.aborted || !portWasTaken) throw error;
    }
  }
}

/** Three nodes on their way, and all that belongs to them. */
class Nodes {
  readonly #installation: Installation;
  readonly #members: ProcessMember[] = [];
  #ports: ReservedPorts | undefined;
  #relays: Relays | undefined;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  async make(signal: AbortSignal): Promise<Made> {
    const run = `brokerproof-${randomBytes(4).toString('hex')}`;
    const names = { a: `${run}-a`, b: `${run}-b`, c: `${run}-c` };
    const [password, cookie] = [randomPassword(), randomBytes(12).toString('hex')];
    const looksOnce = isWithin('<3.13', (await versionOf(this.#installation)) ?? '');
    this.#ports = await reservePorts(portsOfRelays);
    const relays = await Relays.start(names, this.#ports.ports);
    this.#relays = relays;
    const nodes = nodeNames.map((name) => `${names[name]}@localhost`);
    const prepare = async (name: NodeName): Promise<ProcessMember> => {
      const member = await ProcessMember.prepare(name, this.#installation, {
        erlangName: `${names[name]}@localhost`,
        portMapperPort: relays.portMappers[name],
        cluster: { nodes, management: name === 'a', looksOnce },
        password,
        cookie,
      });
      this.#members.push(member);
      return member;
    };
    const [a, b, c] = [await prepare('a'), await prepare('b'), await prepare('c')];
    const [identity] = await Promise.all([a.boot(signal), b.boot(signal), c.boot(signal)]);
    return {
      members: [a, b, c],
      identity,
      managementUrl: a.managementUrl,
      password,
      disturb: (links) => relays.set(links),
      remove: () => this.remove(),
    };
  }

  async portWasTaken(): Promise<boolean> {
    const logs = await Promise.all(this.#members.map((member) => member.log(0)));
    return logs.some((log) => portTaken.test(log));
  }

  async remove(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.remove()));
    await this.#relays?.remove();
    this.#ports?.giveBack();
  }
}

/** The version of an installation, as the folder of its broker tells; `undefined` where it looks otherwise. */
async function versionOf({ server }: Installation): Promise<string | undefined> {
  const plugins = join(dirname(dirname(await realpath(server))), 'plugins');
  const folders = await readdir(plugins).catch(() => []);
  return folders
    .map((name) => /^rabbit-(?<version>\d+\.\d+\.\d+)/.exec(name)?.groups?.['version'])
    .find(Boolean);
}
