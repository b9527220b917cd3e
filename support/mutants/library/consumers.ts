import { type FieldTable, table } from '../../wire/index.ts';
import { withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { because } from './because.ts';

export const exclusiveConsumersIgnored = mutant(
  'exclusive-consumers-ignored',
  'takes exclusive consumers for ordinary ones',
  fromClient('basic.consume').change({ exclusive: false }),
);

/** The consumers that are cancelled for their client, by channel. */
const cancelled = new WeakMap<object, Set<string>>();

/** What it still sends to them is lost on the way. */
export const cancellationsIgnored = widely(
  because.ending,
  mutant(
    'cancellations-ignored',
    'agrees to cancel a consumer and keeps it',
    fromClient('basic.cancel').does(() => ({ command, channel, answer }) => {
      const tags = cancelled.get(channel) ?? new Set();
      cancelled.set(channel, tags.add(command.arguments.consumerTag.toString()));
      answer();
      return [];
    }),
    fromBroker('basic.deliver')
      .where(({ consumerTag }, { channel }) => cancelled.get(channel)?.has(consumerTag.toString()) === true)
      .swallow(),
  ),
);

export const cancelNotificationsLost = widely(
  because.notices,
  mutant(
    'cancel-notifications-lost',
    'does not tell a consumer that its queue is gone',
    fromBroker('basic.cancel').swallow(),
  ),
);

export const consumerTagsIgnored = widely(
  because.tags,
  mutant(
    'consumer-tags-ignored',
    'makes up a tag for each consumer although the client has given one',
    fromClient('basic.consume').change({ consumerTag: '' }),
  ),
);

/** The tags that the broker made, by channel. */
const madeUp = new WeakMap<object, Set<string>>();

export const consumerTagsRepeated = widely(
  because.tags,
  mutant(
    'consumer-tags-repeated',
    'makes up the same tag for all consumers whose client has given none',
    fromBroker('basic.consume-ok')
      .where(
        (_, { request }) =>
          request?.is('basic.consume') === true && request.arguments.consumerTag.length === 0,
      )
      .does(() => ({ command, channel }) => {
        const tags = madeUp.get(channel) ?? new Set();
        madeUp.set(channel, tags.add(command.arguments.consumerTag.toString()));
        return [withArguments(command, { consumerTag: 'consumer' })];
      }),
    fromBroker('basic.deliver')
      .where(({ consumerTag }, { channel }) => madeUp.get(channel)?.has(consumerTag.toString()) === true)
      .change({ consumerTag: 'consumer' }),
  ),
);

/** The consumers that are there, by channel. */
const known = new WeakMap<object, Set<string>>();

export const unknownCancellationsRefused = mutant(
  'unknown-cancellations-refused',
  'refuses to cancel a consumer that is not there',
  fromBroker('basic.consume-ok').does(() => ({ command, channel }) => {
    const tags = known.get(channel) ?? new Set();
    known.set(channel, tags.add(command.arguments.consumerTag.toString()));
    return undefined;
  }),
  fromBroker('basic.cancel', 'basic.cancel-ok').does(() => ({ command, channel }) => {
    known.get(channel)?.delete(command.arguments.consumerTag.toString());
    return undefined;
  }),
  fromClient('basic.cancel').does(() => ({ command, channel, refuse }) => {
    const tag = command.arguments.consumerTag.toString();
    if (known.get(channel)?.has(tag) === true) return undefined;
    refuse(404, `NOT_FOUND - no consumer '${tag}'`);
    return [];
  }),
);

export const cancelledDeliveriesRequeued = widely(
  because.ending,
  mutant(
    'cancelled-deliveries-requeued',
    'requeues what a consumer has unacknowledged when it is cancelled',
    fromClient('basic.cancel').does(() => ({ command, later, toBroker }) => {
      later(command);
      toBroker('basic.nack', { deliveryTag: 0n, multiple: true, requeue: true });
      return [];
    }),
  ),
);

export const cancelledDeliveriesForgotten = widely(
  because.ending,
  mutant(
    'cancelled-deliveries-forgotten',
    'drops what a consumer has unacknowledged when it is cancelled',
    fromClient('basic.cancel').does(() => ({ command, later, toBroker }) => {
      later(command);
      toBroker('basic.ack', { deliveryTag: 0n, multiple: true });
      return [];
    }),
  ),
);

/** Channels that their clients have closed. */
const closed = new WeakSet<object>();

/** What it still sends to them is lost on the way, until the connection closes. */
export const consumersOutliveTheirChannel = widely(
  because.ending,
  mutant(
    'consumers-outlive-their-channel',
    'keeps the consumers of a channel that is closed',
    fromClient('channel.close').does(() => ({ channel, answer }) => {
      closed.add(channel);
      answer();
      return [];
    }),
    fromBroker('basic.deliver')
      .where((_, { channel }) => closed.has(channel))
      .swallow(),
  ),
);

/** Who consumes with no-local, by connection: channels and tags. */
const deaf = new WeakMap<object, Map<object, Set<string>>>();

/** What was published, by connection: exchange and routing key. */
const published = new WeakMap<object, Set<string>>();

/** Where the exchange and the routing key are ones that nobody else publishes to. */
export const noLocalHeeded = mutant(
  'no-local-heeded',
  'does not deliver to a consumer with no-local what its own connection publishes',
  fromClient('basic.publish').does(() => ({ command, connection }) => {
    const { exchange, routingKey } = command.arguments;
    const to = published.get(connection) ?? new Set();
    published.set(connection, to.add(JSON.stringify([String(exchange), String(routingKey)])));
    return undefined;
  }),
  fromBroker('basic.consume-ok')
    .where((_, { request }) => request?.is('basic.consume') === true && request.arguments.noLocal)
    .does(() => ({ command, connection, channel }) => {
      const consumers = deaf.get(connection) ?? new Map<object, Set<string>>();
      const tags = consumers.get(channel) ?? new Set();
      deaf.set(connection, consumers.set(channel, tags.add(command.arguments.consumerTag.toString())));
      return undefined;
    }),
  fromBroker('basic.deliver')
    .where(
      ({ consumerTag, exchange, routingKey }, { connection, channel }) =>
        deaf.get(connection)?.get(channel)?.has(consumerTag.toString()) === true &&
        published.get(connection)?.has(JSON.stringify([String(exchange), String(routingKey)])) === true,
    )
    .does(() => lose),
);

/** Queues that were consumed exclusively, by broker. */
const owned = new WeakMap<object, Set<string>>();

export const exclusiveConsumersNotReleased = mutant(
  'exclusive-consumers-not-released',
  'keeps a queue for its exclusive consumer when that has left',
  fromBroker('basic.consume-ok').does(() => ({ request, topology, virtualHost }) => {
    if (request?.is('basic.consume') !== true || !request.arguments.exclusive) return undefined;
    const queues = owned.get(topology) ?? new Set();
    owned.set(topology, queues.add(JSON.stringify([virtualHost, request.arguments.queue.toString()])));
    return undefined;
  }),
  fromClient('basic.consume').does(() => ({ command, topology, virtualHost, refuse }) => {
    const queue = command.arguments.queue.toString();
    if (owned.get(topology)?.has(JSON.stringify([virtualHost, queue])) !== true) return undefined;
    refuse(403, `ACCESS_REFUSED - queue '${queue}' in vhost '${virtualHost}' in exclusive use`);
    return [];
  }),
);

/** The capability of clients that can be told. */
const notify = 'consumer_cancel_notify';

export const cancelNotifyAssumed = mutant(
  'cancel-notify-assumed',
  'cancels consumers of clients that do not say that they can be told',
  fromClient('connection.start-ok').change(({ clientProperties }) => {
    const said = clientProperties.find(([name]) => name === 'capabilities')?.[1];
    const capabilities = (said?.tag === 'F' ? said.value : []).filter(([name]) => name !== notify);
    return {
      clientProperties: [
        ...clientProperties.filter(([name]) => name !== 'capabilities'),
        ['capabilities', { tag: 'F', value: [...capabilities, ...table({ [notify]: true })] }],
      ],
    };
  }),
);

/** Priorities that consumers had, by broker and queue: the highest. */
const highest = new WeakMap<object, Map<string, number>>();

/** What each consumer consumes and with which priority, by channel and tag. */
const ranked = new WeakMap<object, Map<string, { queue: string; priority: number }>>();

/** What is for the others is lost on the way, also when that one has left. */
export const lowerPrioritiesNotServed = mutant(
  'lower-priorities-not-served',
  'gives nothing to a consumer beside one with a higher priority, whatever that has unacknowledged',
  fromBroker('basic.consume-ok').does(() => ({ request, command, channel, topology, virtualHost }) => {
    if (request?.is('basic.consume') !== true) return undefined;
    const queue = JSON.stringify([virtualHost, request.arguments.queue.toString()]);
    const priority = priorityOf(request.arguments.arguments);
    const ofQueues = highest.get(topology) ?? new Map<string, number>();
    highest.set(topology, ofQueues.set(queue, Math.max(priority, ofQueues.get(queue) ?? priority)));
    const consumers = ranked.get(channel) ?? new Map<string, { queue: string; priority: number }>();
    ranked.set(channel, consumers.set(command.arguments.consumerTag.toString(), { queue, priority }));
    return undefined;
  }),
  fromBroker('basic.deliver')
    .where(({ consumerTag }, { channel, topology }) => {
      const consumer = ranked.get(channel)?.get(consumerTag.toString());
      if (consumer === undefined) return false;
      return consumer.priority < (highest.get(topology)?.get(consumer.queue) ?? consumer.priority);
    })
    .swallow(),
);

function priorityOf(given: FieldTable): number {
  return Number(given.find(([key]) => key === 'x-priority')?.[1].value ?? 0);
}

/** @param nth counted from 1 */
export const cancelNotificationLost = (nth: number) =>
  mutant(
    `cancel-notification-lost-${nth}`,
    `does not tell the consumer number ${nth} that its queue is gone`,
    fromBroker('basic.cancel').nth(nth).swallow(),
  );
