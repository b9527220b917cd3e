import { type FieldTable, table } from '../../wire/index.ts';
import { withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { because } from './because.ts';
import { breakDown } from './break-down.ts';
import { outstandingKnown } from './outstanding.ts';
import { perChannel, perConnection } from './remember.ts';

export const exclusiveConsumersIgnored = mutant(
  'exclusive-consumers-ignored',
  'treats exclusive consumers as ordinary ones',
  fromClient('basic.consume').change({ exclusive: false }),
);

/** What it still sends to them is lost on the way. */
export const cancellationsIgnored = widely(
  because.ending,
  mutant('cancellations-ignored', 'agrees to cancel a consumer and keeps it', () => {
    /** The tags of consumers that are cancelled for their client. */
    const cancelled = perChannel(() => new Set<string>());
    return [
      fromClient('basic.cancel').does(() => ({ command, channel, answer }) => {
        cancelled(channel).add(command.arguments.consumerTag.toString());
        answer();
        return [];
      }),
      fromBroker('basic.deliver')
        .where(({ consumerTag }, { channel }) => cancelled(channel).has(consumerTag.toString()))
        .swallow(),
    ];
  }),
);

export const cancelNotificationsLost = mutant(
  'cancel-notifications-lost',
  'does not tell a consumer that its queue is gone',
  fromBroker('basic.cancel').swallow(),
);

export const cancelNotificationsRepeated = mutant(
  'cancel-notifications-repeated',
  'tells a consumer twice that its queue is gone',
  fromBroker('basic.cancel').duplicate(),
);

export const consumerTagsIgnored = widely(
  because.tags,
  mutant(
    'consumer-tags-ignored',
    'makes up a tag for each consumer although the client has given one',
    fromClient('basic.consume').change({ consumerTag: '' }),
  ),
);

export const consumerTagsRepeated = widely(
  because.tags,
  mutant(
    'consumer-tags-repeated',
    'makes up the same tag for all consumers whose client has given none',
    () => {
      /** The tags that the broker made. */
      const madeUp = perChannel(() => new Set<string>());
      return [
        fromBroker('basic.consume-ok')
          .where(
            (_, { request }) =>
              request?.is('basic.consume') === true && request.arguments.consumerTag.length === 0,
          )
          .does(() => ({ command, channel }) => {
            madeUp(channel).add(command.arguments.consumerTag.toString());
            return [withArguments(command, { consumerTag: 'consumer' })];
          }),
        fromBroker('basic.deliver')
          .where(({ consumerTag }, { channel }) => madeUp(channel).has(consumerTag.toString()))
          .change({ consumerTag: 'consumer' }),
      ];
    },
  ),
);

export const unknownCancellationsRefused = mutant(
  'unknown-cancellations-refused',
  'refuses to cancel a consumer that is not there',
  () => {
    /** The tags of consumers that are there. */
    const known = perChannel(() => new Set<string>());
    return [
      fromBroker('basic.consume-ok').does(() => ({ command, channel }) => {
        known(channel).add(command.arguments.consumerTag.toString());
        return undefined;
      }),
      fromBroker('basic.cancel', 'basic.cancel-ok').does(() => ({ command, channel }) => {
        known(channel).delete(command.arguments.consumerTag.toString());
        return undefined;
      }),
      fromClient('basic.cancel').does(() => ({ command, channel, refuse }) => {
        const tag = command.arguments.consumerTag.toString();
        if (known(channel).has(tag)) return undefined;
        refuse(404, `NOT_FOUND - no consumer '${tag}'`);
        return [];
      }),
    ];
  },
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

/** What it still sends to them is lost on the way, until the connection closes. */
export const consumersOutliveTheirChannel = widely(
  because.ending,
  mutant('consumers-outlive-their-channel', 'keeps the consumers of a channel that is closed', () => {
    /** Channels that their clients have closed. */
    const closed = new WeakSet<object>();
    return [
      fromClient('channel.close').does(() => ({ channel, answer }) => {
        closed.add(channel);
        answer();
        return [];
      }),
      fromBroker('basic.deliver')
        .where((_, { channel }) => closed.has(channel))
        .swallow(),
    ];
  }),
);

/** Where the exchange and the routing key are ones that nobody else publishes to. */
export const noLocalHeeded = mutant(
  'no-local-heeded',
  'does not deliver to a consumer with no-local what its own connection publishes',
  () => {
    /** The tags of who consumes with no-local. */
    const deaf = perChannel(() => new Set<string>());
    /** To what was published: exchange and routing key. */
    const published = perConnection(() => new Set<string>());
    return [
      fromClient('basic.publish').does(() => ({ command, connection }) => {
        const { exchange, routingKey } = command.arguments;
        published(connection).add(JSON.stringify([String(exchange), String(routingKey)]));
        return undefined;
      }),
      fromBroker('basic.consume-ok')
        .where((_, { request }) => request?.is('basic.consume') === true && request.arguments.noLocal)
        .does(() => ({ command, channel }) => {
          deaf(channel).add(command.arguments.consumerTag.toString());
          return undefined;
        }),
      fromBroker('basic.deliver')
        .where(
          ({ consumerTag, exchange, routingKey }, { connection, channel }) =>
            deaf(channel).has(consumerTag.toString()) &&
            published(connection).has(JSON.stringify([String(exchange), String(routingKey)])),
        )
        .does(() => lose),
    ];
  },
);

export const exclusiveConsumersNotReleased = mutant(
  'exclusive-consumers-not-released',
  'keeps a queue for its exclusive consumer when that has left',
  () => {
    /** Queues that were consumed exclusively. */
    const owned = new Set<string>();
    return [
      fromBroker('basic.consume-ok').does(() => ({ request, virtualHost }) => {
        if (request?.is('basic.consume') !== true || !request.arguments.exclusive) return undefined;
        owned.add(JSON.stringify([virtualHost, request.arguments.queue.toString()]));
        return undefined;
      }),
      fromClient('basic.consume').does(() => ({ command, virtualHost, refuse }) => {
        const queue = command.arguments.queue.toString();
        if (!owned.has(JSON.stringify([virtualHost, queue]))) return undefined;
        refuse(403, `ACCESS_REFUSED - queue '${queue}' in vhost '${virtualHost}' in exclusive use`);
        return [];
      }),
    ];
  },
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

/** What is for the others is lost on the way, also when that one has left. */
export const lowerPrioritiesNotServed = mutant(
  'lower-priorities-not-served',
  'gives nothing to a consumer beside one with a higher priority, whatever that has unacknowledged',
  () => {
    /** The highest priority that a consumer had, by queue. */
    const highest = new Map<string, number>();
    /** What each consumer consumes and with which priority, by tag. */
    const ranked = perChannel(() => new Map<string, { queue: string; priority: number }>());
    return [
      fromBroker('basic.consume-ok').does(() => ({ request, command, channel, virtualHost }) => {
        if (request?.is('basic.consume') !== true) return undefined;
        const queue = JSON.stringify([virtualHost, request.arguments.queue.toString()]);
        const priority = priorityOf(request.arguments.arguments);
        highest.set(queue, Math.max(priority, highest.get(queue) ?? priority));
        ranked(channel).set(command.arguments.consumerTag.toString(), { queue, priority });
        return undefined;
      }),
      fromBroker('basic.deliver')
        .where(({ consumerTag }, { channel }) => {
          const consumer = ranked(channel).get(consumerTag.toString());
          if (consumer === undefined) return false;
          return consumer.priority < (highest.get(consumer.queue) ?? consumer.priority);
        })
        .swallow(),
    ];
  },
);

function priorityOf(given: FieldTable): number {
  return Number(given.find(([key]) => key === 'x-priority')?.[1].value ?? 0);
}

/** @param nth counted from 1 */
export function cancelNotificationLost(nth: number) {
  return mutant(
    `cancel-notification-lost-${nth}`,
    `does not tell the consumer number ${nth} that its queue is gone`,
    fromBroker('basic.cancel').nth(nth).swallow(),
  );
}

export const cancellationsBreakDown = mutant(
  'cancellations-break-down',
  'breaks down when a consumer is cancelled that has not settled all that it got',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.cancel')
        .where(({ consumerTag }, { channel }) =>
          [...outstanding.on(channel).deliveries.values()].includes(consumerTag.toString()),
        )
        .does(() => breakDown),
      ...outstanding.rules,
    ];
  },
);

export const acksAfterCancelBreakDown = mutant(
  'acks-after-cancel-break-down',
  'breaks down when something is acknowledged whose consumer is cancelled',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.ack')
        .where(({ deliveryTag }, { channel }) => {
          const { deliveries, cancelled } = outstanding.on(channel);
          return cancelled.has(deliveries.get(deliveryTag) ?? '');
        })
        .does(() => breakDown),
      ...outstanding.rules,
    ];
  },
);

export const rejectionsAfterCancelIgnored = mutant(
  'rejections-after-cancel-ignored',
  'ignores that something is rejected to be discarded whose consumer is cancelled',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.nack', 'basic.reject')
        .where(({ deliveryTag, requeue }, { channel }) => {
          const { deliveries, cancelled } = outstanding.on(channel);
          return !requeue && cancelled.has(deliveries.get(deliveryTag) ?? '');
        })
        .swallow(),
      ...outstanding.rules,
    ];
  },
);

/** The first one; it stays unacknowledged. */
export const deliveriesLostToReusedTags = mutant(
  'deliveries-lost-to-reused-tags',
  'does not send what it has for a consumer that took the tag of a cancelled one on its channel',
  () => {
    const outstanding = outstandingKnown();
    /** Tags that were taken again, and whose consumers got nothing yet. */
    const reused = perChannel(() => new Set<string>());
    return [
      fromBroker('basic.consume-ok')
        .where(({ consumerTag }, { channel }) =>
          outstanding.on(channel).cancelled.has(consumerTag.toString()),
        )
        .does(() => ({ command, channel }) => {
          reused(channel).add(command.arguments.consumerTag.toString());
          return undefined;
        }),
      fromBroker('basic.deliver')
        .where(({ consumerTag }, { channel }) => reused(channel).delete(consumerTag.toString()))
        .swallow(),
      ...outstanding.rules,
    ];
  },
);

/** By rejecting that, in place of `basic.recover`. */
export const recoverForConsumersAlone = mutant(
  'recover-for-consumers-alone',
  'requeues by basic.recover only what consumers hold that are there',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.recover').does(() => ({ channel, toBroker, answer }) => {
        const { deliveries, cancelled } = outstanding.on(channel);
        for (const [deliveryTag, consumer] of deliveries) {
          if (consumer !== undefined && !cancelled.has(consumer))
            toBroker('basic.nack', { deliveryTag, requeue: true });
        }
        answer();
        return [];
      }),
      ...outstanding.rules,
    ];
  },
);

/** It gets nothing. @param nth counted from 1 */
export function consumerOnlyAnswered(nth: number) {
  return mutant(
    `consumer-only-answered-${nth}`,
    `agrees to consumer number ${nth} and does not make it`,
    fromClient('basic.consume')
      .nth(nth)
      .does(() => ({ command, toClient }) => {
        toClient('basic.consume-ok', { consumerTag: command.arguments.consumerTag });
        return [];
      }),
  );
}
