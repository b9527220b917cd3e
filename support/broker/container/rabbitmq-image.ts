import { CouldNotRun } from '../../errors.ts';
import { allCapabilities } from '../broker.ts';
import { administrator, gracefulStop, randomPassword } from '../rabbitmq/configuration.ts';
import type { EngineContainer } from './engine-container.ts';
import { containerPorts, makeContainerFiles } from './files.ts';
import { bootDeadlineMs, type ContainerSetup } from './setup.ts';
import { checkAnswer, orders } from '../rabbitmq/told-by-lines.ts';
import { ToldNode, toldThere } from './told-node.ts';
import { waitUntilAnswering } from '../answering.ts';

/** A node that has started answers in milliseconds. */
const firstAnswerMs = 5_000;
/** As long as `rabbitmqctl` would have. */
const answerMs = 100_000;

/** An image of RabbitMQ with the management plugin and with `rabbitmqctl` on its path, configured by us. */
export async function rabbitmqSetup(): Promise<ContainerSetup> {
  const password = randomPassword();
  const { contents, environment, serverName, caFile, clients, remove } = await makeContainerFiles(password);
  let node: ToldNode | undefined;
  return {
    container: {
      files: contents,
      environment: { ...environment, ...toldThere() },
      ports: Object.values(containerPorts),
      input: true,
    },
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
      node = await toldBy(container);
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
    evaluate: (expressions) => node && evaluatedBy(node, expressions),
    // Not by SIGTERM to the container, which does the same, but up to 3.13 in five seconds more; and not by the
    // engine's own stop, which kills what is late and does not say so.
    async askToStop(container) {
      if (node !== undefined) return await node.tell(orders.stop);
      // The node does not live to answer, so the outcome of the command says nothing; the end of the node does.
      return await container.run(['rabbitmqctl', 'eval', `${gracefulStop}.`]).catch(String);
    },
    remove,
  };
}

/** The node as it is told by lines; `undefined` where the image gives it no input, and `rabbitmqctl` has to do. */
async function toldBy(container: EngineContainer): Promise<ToldNode | undefined> {
  const node = new ToldNode(container);
  const answers = await node.evaluate('true', firstAnswerMs).catch(() => undefined);
  return answers === 'true' ? node : undefined;
}

async function evaluatedBy(node: ToldNode, expressions: string): Promise<string> {
  const answer = await node.evaluate(expressions, answerMs);
  checkAnswer(answer, expressions);
  return answer;
}
