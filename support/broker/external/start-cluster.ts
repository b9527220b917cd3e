import { CouldNotRun, UsageError } from '../../errors.ts';
import { ManagementClient } from '../../management/client.ts';
import { askUntil } from '../../waiting/until.ts';
import { type Address, type ClusterNode, managementAccess, nodeNames } from '../broker.ts';
import { openChannel, openConnection } from '../handshake.ts';
import { reachAmqp, type ReachedBroker } from './amqp.ts';
import { ExternalBroker } from './broker.ts';
import { ExternalCluster, withoutManagement } from './cluster.ts';
import { checkOneBroker, declareQueue } from './one-broker.ts';
import type { ExternalManagement } from './management.ts';
import type { ExternalSettings } from './settings.ts';

const answerMs = 30_000;

/**
 * Reaches a cluster of three nodes that somebody else started.
 *
 * @param managementOf what a user may do there by the management API
 * @throws UsageError when it is none, or does not tell how its nodes are
 */
export async function reachCluster(
  settings: ExternalSettings,
  managementOf: (reached: ReachedBroker) => Promise<ExternalManagement>,
  signal: AbortSignal,
): Promise<ExternalCluster> {
  const { amqp, management } = settings;
  const count = amqp.addresses.length;
  if (count !== nodeNames.length) {
    throw new UsageError(
      `A cluster of three nodes is asked for, and AMQP_URL has ${count === 1 ? 'one address' : `${count} addresses`}.`,
      'Write it as amqp://user:password@a:5672,b:5672,c:5672/vhost; nothing is done to the first node.',
    );
  }
  if (management === undefined) throw withoutManagement();
  const reached: ReachedBroker[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(reached.map((each) => each.close()));
  };
  try {
    for (const address of amqp.addresses)
      reached.push(await reachAmqp({ ...settings, amqp: { ...amqp, addresses: [address] } }, signal));
    const [first] = reached;
    if (first === undefined) throw new CouldNotRun('AMQP_URL names no host.');
    await checkOneBroker({ addresses: reached.map((each) => each.amqp) }, amqp);
    const inner = new ExternalBroker(settings, { ...first, close }, await managementOf(first));
    const nodes: ClusterNode[] = [];
    for (const [index, name] of nodeNames.entries()) {
      const at = reached[index]?.amqp ?? first.amqp;
      nodes.push({ name, erlangName: await nameOfNode(at, inner), amqp: at });
    }
    const names = nodes.map(({ erlangName }) => erlangName);
    if (new Set(names).size < nodeNames.length) {
      throw new UsageError(
        `The addresses of AMQP_URL are not of three nodes, but of ${names.join(', ')}.`,
        'Let AMQP_URL have an address of each node, and not of what stands before them all.',
      );
    }
    return new ExternalCluster(inner, settings, nodes);
  } catch (error) {
    await close();
    throw error;
  }
}

/** How the nodes call the one behind an address: it is where an exclusive queue is that was declared there. */
async function nameOfNode(amqp: Address, { description }: ExternalBroker): Promise<string> {
  const access = managementAccess(description);
  if (access === undefined) throw withoutManagement();
  const { username, password, virtualHost } = description;
  const management = new ManagementClient(access);
  const { connection } = await openConnection(
    { amqp, username, password, virtualHost },
    { within: answerMs },
  );
  try {
    await openChannel(connection, { amqp }, answerMs);
    const queue = await declareQueue(connection);
    if (queue === undefined)
      throw new CouldNotRun('A queue that is to tell of its node can not be declared.');
    const node = await askUntil(
      async () =>
        await management
          .in(virtualHost)
          .queues.get(queue)
          .then(
            (found) => found.node,
            () => undefined,
          ),
      (told) => told !== undefined,
      { within: answerMs, interval: 200 },
    );
    if (node === undefined) throw withoutManagement();
    return node;
  } finally {
    connection.destroy();
    await management.close();
  }
}
