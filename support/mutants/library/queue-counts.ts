import type { Command } from '../../wire/index.ts';
import { mutant, widely } from '../mutant.ts';
import type { Moment } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

export const messageCountWrong = widely(
  because.counts,
  mutant(
    'message-count-wrong',
    'reports one message more in a queue than it holds',
    fromBroker('queue.declare-ok').change(({ messageCount }) => ({ messageCount: messageCount + 1 })),
  ),
);

export const consumerCountWrong = mutant(
  'consumer-count-wrong',
  'reports one consumer more of a queue than it has',
  fromBroker('queue.declare-ok').change(({ consumerCount }) => ({ consumerCount: consumerCount + 1 })),
);

/** A consumer, and the deliveries that it holds without having settled them. */
interface Consuming {
  readonly queue: string;
  readonly prefetch: number;
  readonly held: Set<bigint>;
  cancelled: boolean;
}

/** The consumers of a channel, by tag, and with which prefetch the next one begins. */
interface Consumers {
  readonly connection: object;
  readonly byTag: Map<string, Consuming>;
  prefetch: number;
}

/** Who consumes, and the rules by which that is known. */
function consumersKnown() {
  /** By channel. */
  const known = new Map<object, Consumers>();
  const consumersOf = ({ channel, connection }: Moment): Consumers => {
    const consumers = known.get(channel) ?? { connection, byTag: new Map(), prefetch: 0 };
    known.set(channel, consumers);
    return consumers;
  };
  return {
    /** Those of the queue that a command names, cancelled ones too as long as they hold something. */
    of: ({ virtualHost }: Moment, named: Command | undefined): Consuming[] => {
      if (named === undefined || !('queue' in named.arguments)) return [];
      const queue = JSON.stringify([virtualHost, named.arguments.queue.toString()]);
      return [...known.values()].flatMap(({ byTag }) =>
        [...byTag.values()].filter((consumer) => consumer.queue === queue),
      );
    },
    rules: [
      fromClient('basic.qos').does(() => (moment) => {
        const { prefetchCount, global } = moment.command.arguments;
        if (!global) consumersOf(moment).prefetch = prefetchCount;
        return undefined;
      }),
      fromBroker('basic.consume-ok').does(() => (moment) => {
        const { command, request, virtualHost } = moment;
        if (request?.is('basic.consume') !== true) return undefined;
        const queue = JSON.stringify([virtualHost, request.arguments.queue.toString()]);
        const { byTag, prefetch } = consumersOf(moment);
        const tag = command.arguments.consumerTag.toString();
        byTag.set(tag, { queue, prefetch, held: new Set(), cancelled: false });
        return undefined;
      }),
      fromBroker('basic.deliver')
        .where((_, { awaited }) => awaited)
        .does(() => (moment) => {
          const { consumerTag, deliveryTag } = moment.command.arguments;
          consumersOf(moment).byTag.get(consumerTag.toString())?.held.add(deliveryTag);
          return undefined;
        }),
      fromClient('basic.ack', 'basic.nack', 'basic.reject').does(() => (moment) => {
        const { deliveryTag, ...flags } = moment.command.arguments;
        const multiple = 'multiple' in flags && flags.multiple;
        for (const { held } of consumersOf(moment).byTag.values()) {
          const settled = [...held].filter(
            (tag) => tag === deliveryTag || (multiple && (deliveryTag === 0n || tag < deliveryTag)),
          );
          for (const tag of settled) held.delete(tag);
        }
        return undefined;
      }),
      fromClient('basic.cancel').does(() => (moment) => {
        const consumer = consumersOf(moment).byTag.get(moment.command.arguments.consumerTag.toString());
        if (consumer !== undefined) consumer.cancelled = true;
        return undefined;
      }),
      fromClient('channel.close').does(() => ({ channel }) => {
        known.delete(channel);
        return undefined;
      }),
      fromClient('connection.close').does(() => ({ connection }) => {
        for (const [channel, consumers] of known)
          if (consumers.connection === connection) known.delete(channel);

        return undefined;
      }),
    ],
  };
}

function heldBy(consumers: readonly Consuming[]): number {
  return consumers.reduce((sum, { held }) => sum + held.size, 0);
}

export const unacknowledgedCountedAsReady = widely(
  because.counts,
  mutant(
    'unacknowledged-counted-as-ready',
    'counts what was delivered and not settled yet among the messages that are ready in a queue',
    () => {
      const consumers = consumersKnown();
      return [
        ...consumers.rules,
        fromBroker('queue.declare-ok', 'queue.delete-ok', 'queue.purge-ok').change(
          ({ messageCount }, moment) => ({
            messageCount: messageCount + heldBy(consumers.of(moment, moment.request)),
          }),
        ),
      ];
    },
  ),
);

export const unacknowledgedCountedAsConsumers = mutant(
  'unacknowledged-counted-as-consumers',
  'reports how many messages its consumers have unacknowledged as the number of consumers of a queue',
  () => {
    const consumers = consumersKnown();
    return [
      ...consumers.rules,
      fromBroker('queue.declare-ok').change((_, moment) => ({
        consumerCount: heldBy(consumers.of(moment, moment.request)),
      })),
    ];
  },
);

export const busyConsumersNotCounted = mutant(
  'busy-consumers-not-counted',
  'leaves out of the number of consumers of a queue those that hold as many messages as their prefetch allows',
  () => {
    const consumers = consumersKnown();
    const isBusy = ({ prefetch, held, cancelled }: Consuming) =>
      !cancelled && prefetch > 0 && held.size >= prefetch;
    return [
      ...consumers.rules,
      fromBroker('queue.declare-ok').change(({ consumerCount }, moment) => ({
        consumerCount: consumerCount - consumers.of(moment, moment.request).filter(isBusy).length,
      })),
    ];
  },
);
