import type { NodeName } from '../../broker/broker.ts';
import { type FieldTable, table } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

/** What is published on another node has no queue to go to. */
export const queuesOfOneNode = mutant(
  'queues-of-one-node',
  'routes to a queue only what is published on the node on which it was declared',
  () => {
    const homes = new Map<string, NodeName | undefined>();
    return [
      fromClient('queue.declare').does(() => ({ command, node }) => {
        const name = command.arguments.queue.toString();
        if (!homes.has(name)) homes.set(name, node);
        return undefined;
      }),
      fromClient('basic.publish')
        .where(({ routingKey }, { node }) => {
          const name = routingKey.toString();
          return homes.has(name) && homes.get(name) !== node;
        })
        .swallow(),
    ];
  },
);

/** What is published on another node, or by another one, has no exchange to go to; no other exchange is concerned. */
export const exchangesOfOneNode = mutant(
  'exchanges-of-one-node',
  'routes only what is published on the node on which its exchange was declared',
  () => {
    const homes = new Map<string, NodeName | undefined>();
    return [
      fromClient('exchange.declare').does(() => ({ command, node }) => {
        const name = command.arguments.exchange.toString();
        if (!homes.has(name)) homes.set(name, node);
        return undefined;
      }),
      fromClient('basic.publish')
        .where(({ exchange }, { node }) => {
          const name = exchange.toString();
          return homes.has(name) && homes.get(name) !== node;
        })
        .change({ exchange: '', routingKey: 'nobody' }),
    ];
  },
);

/** A direct reply that is published on another node than that of its requester. */
export const directRepliesOfOneNode = mutant(
  'direct-replies-of-one-node',
  'loses a direct reply that is published on another node than that of the requester',
  () => {
    const requesters = new Set<NodeName | undefined>();
    return [
      fromClient('basic.consume')
        .where(({ queue }) => queue.toString() === replyTo)
        .does(() => ({ node }) => {
          requesters.add(node);
          return undefined;
        }),
      fromClient('basic.publish')
        .where(
          ({ routingKey }, { node }) => routingKey.toString().startsWith(replyTo) && !requesters.has(node),
        )
        .swallow(),
    ];
  },
);

const replyTo = 'amq.rabbitmq.reply-to';

/**
 * Nothing that is done to a node is felt by its clients, as another node serves them: it is not really cut off, not really
 * drained.
 */
export function clientsServedElsewhere(node: NodeName, by: NodeName) {
  return mutant(
    `clients-of-${node}-served-by-${by}`,
    `serves on node ${by} whoever connects to node ${node}, whatever becomes of that`,
    { kind: 'served elsewhere', node, by },
  );
}

/** @param node on which the alarm is */
export function alarmsOfOneNode(node: NodeName) {
  return mutant(
    `alarms-of-node-${node}`,
    'tells of an alarm nobody who is connected to another node',
    fromBroker('connection.blocked')
      .where((_, moment) => moment.node !== node)
      .swallow(),
  );
}

const leaderLocator = 'x-queue-leader-locator';

/** Which of its nodes leads is not for the client to say. */
export const leadersAnywhere = mutant(
  'leaders-anywhere',
  'has the leader of a queue wherever there are the fewest',
  fromClient('queue.declare')
    .where(({ passive, arguments: given }) => !passive && isQuorum(given) && !hasLocator(given))
    .change(({ arguments: given }) => ({
      arguments: [
        ...given.filter(([key]) => key.toString() !== leaderLocator),
        ...table({ [leaderLocator]: 'balanced' }),
      ],
    })),
);

/** One that says more than what counts without one. */
function hasLocator(given: FieldTable): boolean {
  const locator = given.find(([key]) => key.toString() === leaderLocator)?.[1];
  return locator !== undefined && !(locator.tag === 'S' && locator.value.toString() === 'client-local');
}

function isQuorum(given: FieldTable): boolean {
  return given.some(
    ([key, { tag, value }]) =>
      key.toString() === 'x-queue-type' && tag === 'S' && value.toString() === 'quorum',
  );
}
