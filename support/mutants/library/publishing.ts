import type { Command } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromClient } from '../target.ts';
import { because } from './because.ts';

/** In confirm mode it is confirmed all the same. @param nth counted from 1 */
export function publishLost(nth: number) {
  return mutant(
    `publish-lost-${nth}`,
    `loses the message that is published as number ${nth}`,
    fromClient('basic.publish')
      .nth(nth)
      .does(() => ({ sequenceNumber, toClient }) => {
        if (sequenceNumber !== undefined) toClient('basic.ack', { deliveryTag: sequenceNumber });
        return [];
      }),
  );
}

/** Of those that it gets by the default exchange. In confirm mode they are confirmed all the same. */
export const prioritiesAboveMaximumLost = mutant(
  'priorities-above-maximum-lost',
  'loses messages whose priority is above the maximum of their queue',
  fromClient('queue.declare', 'basic.publish').does(() => {
    const maxima = new Map<string, number>();
    return ({ command, virtualHost, sequenceNumber, toClient }) => {
      const named = (queue: unknown) => JSON.stringify([virtualHost, String(queue)]);
      if (command.is('queue.declare')) {
        const maximum = command.arguments.arguments.find(([name]) => name === 'x-max-priority')?.[1];
        if (maximum !== undefined) maxima.set(named(command.arguments.queue), Number(maximum.value));
      }
      if (!command.is('basic.publish') || command.arguments.exchange !== '') return undefined;
      const maximum = maxima.get(named(command.arguments.routingKey));
      if (maximum === undefined || (command.properties.priority ?? 0) <= maximum) return undefined;
      if (sequenceNumber !== undefined) toClient('basic.ack', { deliveryTag: sequenceNumber });
      return [];
    };
  }),
);

/** The queue stands for whoever looks at the traffic: it is bound to the exchange of the firehose. */
export const tracedAnswersBreakTheConnection = mutant(
  'traced-answers-break-the-connection',
  'breaks the connection over an answer by direct reply-to in a virtual host that is traced',
  fromClient('queue.bind', 'basic.publish').does(() => {
    const traced = new Set<string>();
    return ({ command, virtualHost, breakConnection }) => {
      if (command.is('queue.bind')) {
        if (command.arguments.exchange === 'amq.rabbitmq.trace') traced.add(virtualHost);
        return undefined;
      }
      const { routingKey } = command.arguments;
      const isAnswer = routingKey.toString().startsWith('amq.rabbitmq.reply-to.');
      if (!isAnswer || !traced.has(virtualHost)) return undefined;
      breakConnection({ replyCode: 541, replyText: 'INTERNAL_ERROR' });
      return [];
    };
  }),
);

export const publishedTwice = widely(
  because.arrivals,
  mutant('published-twice', 'routes each message twice', fromClient('basic.publish').duplicate()),
);

export const publishesSwapped = widely(
  because.arrivals,
  mutant(
    'publishes-swapped',
    'enqueues the second of two messages before the first',
    fromClient('basic.publish').inPairs((first, second) => [second, first]),
  ),
);

export const persistentOvertakesTransient = mutant(
  'persistent-overtakes-transient',
  'enqueues a persistent message before the transient one that was published just before it',
  fromClient('basic.publish').inPairs(
    (first, second) => (second.properties.deliveryMode === 2 ? [second, first] : [first, second]),
    (first) => first.properties.deliveryMode !== 2,
  ),
);

/** The default exchange stays itself; another one takes what is published to it for a queue's name. */
export const exchangeIgnored = widely(
  because.routing,
  mutant(
    'exchange-ignored',
    'treats the routing key as the name of a queue, whatever the exchange is',
    fromClient('basic.publish').change({ exchange: '' }),
  ),
);

export const defaultExchangeByItsOtherName = mutant(
  'default-exchange-by-its-other-name',
  'takes what is published to amq.default for what is published to the default exchange',
  fromClient('basic.publish')
    .where(({ exchange }) => exchange.toString() === 'amq.default')
    .change({ exchange: '' }),
);

/** They get it by the default exchange. */
export const publishedForLaterQueues = widely(
  because.arrivals,
  mutant(
    'published-for-later-queues',
    'keeps what is published, and gives it to queues that are declared or bound later as well',
    () => {
      /** By virtual host. */
      const published = new Map<string, Command<'basic.publish'>[]>();
      const known = new Set<string>();
      return [
        fromClient('basic.publish').does(() => ({ command, virtualHost }) => {
          published.set(virtualHost, [...(published.get(virtualHost) ?? []), command]);
          return undefined;
        }),
        fromClient('queue.declare', 'queue.bind').does(() => ({ command, virtualHost, frameMax }) => {
          const queue = command.arguments.queue.toString();
          const exchange = command.is('queue.bind') ? command.arguments.exchange.toString() : '';
          const key = JSON.stringify([virtualHost, exchange, queue]);
          const late = (published.get(virtualHost) ?? []).filter(
            ({ arguments: to }) =>
              to.exchange.toString() === exchange && (exchange !== '' || to.routingKey.toString() === queue),
          );
          const isKnown = known.has(key);
          known.add(key);
          if (isKnown || late.length === 0) return undefined;
          const messages = late.map(({ properties, body }) =>
            made(command.channel, 'basic.publish', { routingKey: queue }, { properties, body }, frameMax),
          );
          return [command, ...messages];
        }),
      ];
    },
  ),
);
