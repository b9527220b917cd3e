import type { Command } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import type { Moment } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { perChannel, perConnection } from './remember.ts';

const declared = fromClient('queue.declare').where(({ passive }) => !passive);

/** What is declared in place of an exclusive queue: from 4.3 on RabbitMQ refuses others that are not durable. */
const forEverybody = { exclusive: false, durable: true };

export const exclusiveIgnored = mutant(
  'exclusive-ignored',
  'lets everybody use exclusive queues',
  declared.where(({ exclusive }) => exclusive).change(forEverybody),
);

export const autoDeleteIgnored = mutant(
  'auto-delete-ignored',
  'keeps queues and exchanges that should delete themselves',
  fromClient('queue.declare', 'exchange.declare')
    .where(({ passive }) => !passive)
    .change({ autoDelete: false }),
);

export const autoDeleteAlways = widely(
  because.idle,
  mutant(
    'auto-delete-always',
    'deletes every queue with its last consumer, and every exchange with its last binding',
    fromClient('queue.declare', 'exchange.declare')
      .where(({ passive }, { command }) => !passive && !isPredeclared(command.arguments))
      .change({ autoDelete: true }),
  ),
);

/** Those that still have one. A connection that is closed in order tells it in time. */
export const autoDeletedWithFirstConsumer = mutant(
  'auto-deleted-with-first-consumer',
  'deletes an auto-delete queue as soon as one of its consumers leaves',
  () => {
    const autoDeleted = new Set<string>();
    /** What each client consumes of those queues. */
    const consumed = perConnection((): Command<'basic.consume'>[] => []);
    return [
      declared
        .where(({ autoDelete, queue }) => autoDelete && queue !== '')
        .does(() => ({ command, virtualHost }) => {
          autoDeleted.add(JSON.stringify([virtualHost, command.arguments.queue.toString()]));
          return undefined;
        }),
      fromClient('basic.consume').does(() => ({ command, connection, virtualHost }) => {
        const { queue } = command.arguments;
        if (autoDeleted.has(JSON.stringify([virtualHost, queue.toString()])))
          consumed(connection).push(command);

        return undefined;
      }),
      fromClient('connection.close').does(() => ({ command, connection, later }) => {
        const left = consumed(connection);
        if (left.length === 0) return undefined;
        for (const {
          channel,
          arguments: { queue },
        } of left)
          later(made(channel, 'queue.delete', { queue, noWait: true }));

        return [command];
      }),
    ];
  },
);

/** It uses each of them ten times a second by itself, for ten seconds. */
export const queuesNeverExpire = widely(
  because.ownUses,
  mutant('queues-never-expire', 'keeps queues that should expire', () => {
    /** The uses that the proxy makes of queues by itself, by queue. */
    const uses = perChannel(() => new Map<string, NodeJS.Timeout>());
    /** Says nothing more on a channel that is closed. */
    const noMore = ({ channel }: Moment): undefined => {
      for (const timer of uses(channel).values()) clearInterval(timer);
    };
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, request, channel, ask }) => {
        if (request?.is('queue.declare') !== true || request.arguments.queue === '') return undefined;
        const { passive, exclusive, autoDelete } = request.arguments;
        if (passive || exclusive || autoDelete) return undefined;
        const { queue } = command.arguments;
        clearInterval(uses(channel).get(queue.toString()));
        let left = 100;
        const timer = setInterval(() => {
          ask(made(command.channel, 'queue.declare', { queue, passive: true }));
          left -= 1;
          if (left === 0) clearInterval(timer);
        }, 100).unref();
        uses(channel).set(queue.toString(), timer);
        return [command];
      }),
      fromClient('queue.delete').does(() => ({ command, channel }) => {
        clearInterval(uses(channel).get(command.arguments.queue.toString()));
        return undefined;
      }),
      fromClient('channel.close').does(() => noMore),
      fromBroker('channel.close').does(() => noMore),
    ];
  }),
);

/** The proxy deletes it. */
export const expiringQueuesGoWithTheirConsumers = mutant(
  'expiring-queues-go-with-their-consumers',
  'deletes a queue with x-expires as soon as its consumer is cancelled',
  () => {
    const expiring = new Set<string>();
    /** What each consumer consumes, by tag. */
    const consumed = perChannel(() => new Map<string, string>());
    const keyOf = (virtualHost: string, queue: string): string => JSON.stringify([virtualHost, queue]);
    return [
      declared
        .where(({ arguments: given }) => given.some(([key]) => key === 'x-expires'))
        .does(() => ({ command, virtualHost }) => {
          expiring.add(keyOf(virtualHost, command.arguments.queue.toString()));
          return undefined;
        }),
      fromBroker('basic.consume-ok').does(() => ({ command, request, channel }) => {
        if (request?.is('basic.consume') !== true) return undefined;
        const tag = command.arguments.consumerTag.toString();
        consumed(channel).set(tag, request.arguments.queue.toString());
        return undefined;
      }),
      fromClient('basic.cancel').does(() => ({ command, channel, virtualHost, later, toBroker }) => {
        const queue = consumed(channel).get(command.arguments.consumerTag.toString());
        if (queue === undefined || !expiring.has(keyOf(virtualHost, queue))) return undefined;
        later(command);
        toBroker('queue.delete', { queue, noWait: true });
        return [];
      }),
    ];
  },
);

/** @param use what does not count; it is answered as if nothing were in the queue */
export function queueUseUnnoticed(use: 'declaration' | 'passive declaration' | 'basic.get') {
  return mutant(
    `queue-use-unnoticed-${use.replace(' ', '-')}`,
    `does not count a ${use} as a use of a queue`,
    fromClient('queue.declare', 'basic.get').does(() => {
      const known = new Set<string>();
      return ({ command, virtualHost, answer }) => {
        const key = JSON.stringify([virtualHost, command.arguments.queue.toString()]);
        const isFirst = command.is('queue.declare') && !command.arguments.passive && !known.has(key);
        known.add(key);
        if (isFirst || usedBy(command) !== use) return undefined;
        answer();
        return [];
      };
    }),
  );
}

function usedBy(command: Command): string {
  if (!command.is('queue.declare')) return command.name;
  return command.arguments.passive ? 'passive declaration' : 'declaration';
}

export const passiveIgnored = widely(
  because.asking,
  mutant(
    'passive-ignored',
    'makes the queue or exchange that was only asked for',
    fromBroker('channel.close')
      .where(({ replyCode }) => replyCode === 404)
      .does(() => ({ unanswered: [asked], revive }) => {
        if (asked?.is('queue.declare') === true && asked.arguments.passive) {
          revive(withArguments(asked, { passive: false, durable: true }));
          return [];
        }
        if (asked?.is('exchange.declare') === true && asked.arguments.passive) {
          revive(withArguments(asked, { passive: false, durable: true, type: 'direct' }));
          return [];
        }
        return undefined;
      }),
  ),
);

export const redeclarationsRefused = widely(
  because.redeclaring,
  mutant(
    'redeclarations-refused',
    'refuses to declare a queue that is there, although it is declared the same',
    fromBroker('queue.declare-ok')
      .where((_, { request }) => request?.is('queue.declare') === true && !request.arguments.passive)
      .does(() => {
        const known = new Set<string>();
        return ({ command, virtualHost, refuse }) => {
          const queue = command.arguments.queue.toString();
          const key = JSON.stringify([virtualHost, queue]);
          if (!known.has(key)) {
            known.add(key);
            return undefined;
          }
          refuse(406, `PRECONDITION_FAILED - queue '${queue}' in vhost '${virtualHost}' is there already`);
          return [];
        };
      }),
  ),
);

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

export const serverNamesUnmarked = mutant(
  'server-names-unmarked',
  'makes up names for queues that look as if a client had',
  declared.where(({ queue }) => queue === '').change(() => ({ queue: `queue-${crypto.randomUUID()}` })),
);

export const serverNamesRepeated = widely(
  because.naming,
  mutant(
    'server-names-repeated',
    'gives all queues without a name the same one',
    declared
      .where(({ queue }) => queue === '')
      .does(() => {
        const queue = `amq-gen-${crypto.randomUUID()}`;
        return ({ command }) => [withArguments(command, { queue, ...forEverybody })];
      }),
  ),
);

/** It answers how many messages it should have dropped. */
export const purgesIgnored = mutant(
  'purges-ignored',
  'agrees to purge a queue and does not',
  fromClient('queue.purge')
    .where(({ queue }) => queue.length > 0)
    .does(() => ({ command, answer }) => {
      const { queue } = command.arguments;
      answer(
        (said) =>
          made(said.channel, 'queue.purge-ok', {
            messageCount: said.is('queue.declare-ok') ? said.arguments.messageCount : 0,
          }),
        made(command.channel, 'queue.declare', { queue, passive: true }),
      );
      return [];
    }),
);

/** It answers how many messages it should have dropped. */
export const deletionsIgnored = widely(
  because.ending,
  mutant(
    'deletions-ignored',
    'agrees to delete a queue or an exchange and does not',
    fromClient('queue.delete')
      .where(({ queue }) => queue.length > 0)
      .does(() => ({ command, answer }) => {
        const { queue } = command.arguments;
        answer(
          (said) =>
            made(said.channel, 'queue.delete-ok', {
              messageCount: said.is('queue.declare-ok') ? said.arguments.messageCount : 0,
            }),
          made(command.channel, 'queue.declare', { queue, passive: true }),
        );
        return [];
      }),
    fromClient('exchange.delete').swallow(),
  ),
);

export const purgeCountWrong = mutant(
  'purge-count-wrong',
  'reports that it purged or deleted one message more than it did',
  fromBroker('queue.purge-ok', 'queue.delete-ok').change(({ messageCount }) => ({
    messageCount: messageCount + 1,
  })),
);

export const ifUnusedIgnored = mutant(
  'if-unused-ignored',
  'deletes queues and exchanges that are in use although asked not to',
  fromClient('queue.delete', 'exchange.delete').change({ ifUnused: false }),
);

export const ifEmptyIgnored = mutant(
  'if-empty-ignored',
  'deletes queues that are not empty although asked not to',
  fromClient('queue.delete').change({ ifEmpty: false }),
);

export const internalIgnored = mutant(
  'internal-ignored',
  'lets clients publish to internal exchanges',
  fromClient('exchange.declare').change({ internal: false }),
);

function isPredeclared(values: object): boolean {
  return 'exchange' in values && String(values.exchange).startsWith('amq.');
}

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
