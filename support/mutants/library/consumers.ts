import { withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';

export const exclusiveConsumersIgnored = mutant(
  'exclusive-consumers-ignored',
  'takes exclusive consumers for ordinary ones',
  fromClient('basic.consume').change({ exclusive: false }),
);

/** The consumers that are cancelled for their client, by channel. */
const cancelled = new WeakMap<object, Set<string>>();

/** What it still sends to them is lost on the way. */
export const cancellationsIgnored = mutant(
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
);

export const cancelNotificationsLost = mutant(
  'cancel-notifications-lost',
  'does not tell a consumer that its queue is gone',
  fromBroker('basic.cancel').swallow(),
);

export const consumerTagsIgnored = mutant(
  'consumer-tags-ignored',
  'makes up a tag for each consumer although the client has given one',
  fromClient('basic.consume').change({ consumerTag: '' }),
);

/** The tags that the broker made, by channel. */
const madeUp = new WeakMap<object, Set<string>>();

export const consumerTagsRepeated = mutant(
  'consumer-tags-repeated',
  'makes up the same tag for all consumers whose client has given none',
  fromBroker('basic.consume-ok')
    .where(
      (_, { request }) => request?.is('basic.consume') === true && request.arguments.consumerTag.length === 0,
    )
    .does(() => ({ command, channel }) => {
      const tags = madeUp.get(channel) ?? new Set();
      madeUp.set(channel, tags.add(command.arguments.consumerTag.toString()));
      return [withArguments(command, { consumerTag: 'consumer' })];
    }),
  fromBroker('basic.deliver')
    .where(({ consumerTag }, { channel }) => madeUp.get(channel)?.has(consumerTag.toString()) === true)
    .change({ consumerTag: 'consumer' }),
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

export const cancelledDeliveriesRequeued = mutant(
  'cancelled-deliveries-requeued',
  'requeues what a consumer has unacknowledged when it is cancelled',
  fromClient('basic.cancel').does(() => ({ command, later, toBroker }) => {
    later(command);
    toBroker('basic.nack', { deliveryTag: 0n, multiple: true, requeue: true });
    return [];
  }),
);

export const cancelledDeliveriesForgotten = mutant(
  'cancelled-deliveries-forgotten',
  'drops what a consumer has unacknowledged when it is cancelled',
  fromClient('basic.cancel').does(() => ({ command, later, toBroker }) => {
    later(command);
    toBroker('basic.ack', { deliveryTag: 0n, multiple: true });
    return [];
  }),
);

/** Channels that their clients have closed. */
const closed = new WeakSet<object>();

/** What it still sends to them is lost on the way, until the connection closes. */
export const consumersOutliveTheirChannel = mutant(
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
