import type { Command } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import type { Moment } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { perChannel, perConnection } from './remember.ts';

const declared = fromClient('queue.declare').where(({ passive }) => !passive);

/** From 4.3 on RabbitMQ refuses queues for everybody that are not durable. */
export const exclusiveIgnored = mutant(
  'exclusive-ignored',
  'lets everybody use exclusive queues',
  declared.where(({ exclusive }) => exclusive).change({ exclusive: false, durable: true }),
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

function isPredeclared(values: object): boolean {
  return 'exchange' in values && String(values.exchange).startsWith('amq.');
}
