import { withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

const queueDeclared = fromClient('queue.declare').where(({ passive }) => !passive);
const exchangeDeclared = fromClient('exchange.declare').where(({ passive }) => !passive);

export const queueDurabilityForgotten = widely(
  because.flags,
  mutant(
    'queue-durability-forgotten',
    'treats every queue as transient',
    queueDeclared.change({ durable: false }),
  ),
);

/** As a proxy is started anew with the broker, it knows only what was declared since. */
export const queuesForgottenByRestarts = mutant(
  'queues-forgotten-by-restarts',
  'finds no queue that was declared before it was started',
  () => {
    const declared = new Set<string>();
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, virtualHost }) => {
        declared.add(JSON.stringify([virtualHost, command.arguments.queue.toString()]));
        return undefined;
      }),
      fromClient('queue.declare')
        .where(({ passive }) => passive)
        .does(() => ({ command, virtualHost, refuse }) => {
          const queue = command.arguments.queue.toString();
          if (queue === '' || declared.has(JSON.stringify([virtualHost, queue]))) return undefined;
          refuse(404, `NOT_FOUND - no queue '${queue}' in vhost '${virtualHost}'`);
          return [];
        }),
    ];
  },
);

export const transientQueuesKept = mutant(
  'transient-queues-kept',
  'treats every queue as durable',
  queueDeclared.change({ durable: true }),
);

export const exchangeDurabilityForgotten = mutant(
  'exchange-durability-forgotten',
  'treats every exchange as transient',
  exchangeDeclared.change({ durable: false }),
);

export const transientExchangesKept = mutant(
  'transient-exchanges-kept',
  'treats every exchange as durable',
  exchangeDeclared.change({ durable: true }),
);

export const persistenceForgotten = mutant(
  'persistence-forgotten',
  'treats every message as transient',
  fromClient('basic.publish').changeProperties((properties) =>
    properties.deliveryMode === 2 ? { ...properties, deliveryMode: 1 } : properties,
  ),
);

export const transientMessagesKept = mutant(
  'transient-messages-kept',
  'treats every message as persistent',
  fromClient('basic.publish').changeProperties((properties) => ({ ...properties, deliveryMode: 2 })),
);

export const transientQueuesMadeExclusive = mutant(
  'transient-queues-made-exclusive',
  'keeps a queue that is not durable for the connection that declares it',
  queueDeclared.does(() => {
    const known = new Set<string>();
    return ({ command, virtualHost }) => {
      const { queue, durable, exclusive } = command.arguments;
      const key = JSON.stringify([virtualHost, queue.toString()]);
      if (known.has(key)) return undefined;
      known.add(key);
      return durable || exclusive ? undefined : [withArguments(command, { exclusive: true })];
    };
  }),
);
