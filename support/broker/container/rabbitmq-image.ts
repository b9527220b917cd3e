import { CouldNotRun } from '../../errors.ts';
import { allCapabilities } from '../broker.ts';
import { administrator, gracefulStop, randomPassword } from '../rabbitmq/configuration.ts';
import { containerPorts, makeContainerFiles } from './files.ts';
import { bootDeadlineMs, type ContainerSetup } from './setup.ts';
import { waitUntilAnswering } from '../answering.ts';

/** An image of RabbitMQ with the management plugin and with `rabbitmqctl` on its path, configured by us. */
export async function rabbitmqSetup(): Promise<ContainerSetup> {
  const password = randomPassword();
  const { contents, environment, serverName, caFile, clients, remove } = await makeContainerFiles(password);
  return {
    container: { files: contents, environment, ports: Object.values(containerPorts) },
    cure: 'Name an image of RabbitMQ with the management plugin by BROKER_IMAGE, or one whose labels tell a user of its broker (brokerproof.username, brokerproof.password).',
    async reach(container, signal) {
      const [amqp, amqps, management] = await container.addresses([
        containerPorts.amqp,
        containerPorts.amqps,
        containerPorts.management,
      ]);
      if (amqp === undefined || amqps === undefined || management === undefined)
        throw new CouldNotRun('The container has no addresses.');

      const managementUrl = `http://${management.host}:${management.port}`;
      const access = { username: administrator, password, virtualHost: '/' };
      const { name, product, version } = await waitUntilAnswering({
        amqp,
        ...access,
        managementUrl,
        deadlineMs: bootDeadlineMs,
        signal,
        ended: () => container.end,
      });
      return {
        name,
        product,
        version,
        amqp,
        // The broker sees the engine's bridge, which is not loopback to it.
        amqpFromElsewhere: amqp,
        amqps: { ...amqps, serverName, caFile, clients },
        managementUrl,
        ...access,
        capabilities: [...allCapabilities],
        missing: {},
      };
    },
    // Not by SIGTERM to the container, which does the same, but up to 3.13 in five seconds more; and not by the
    // engine's own stop, which kills what is late and does not say so.
    async askToStop(container) {
      // The node does not live to answer, so the outcome of the command says nothing; the end of the node does.
      return await container.run(['rabbitmqctl', 'eval', `${gracefulStop}.`]).catch(String);
    },
    remove,
  };
}
