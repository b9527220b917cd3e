import { type Command, type Content, table } from '../../wire/index.ts';
import { mutant, widely } from '../mutant.ts';
import { type AmqpRule, held, type Moment, type Outcome } from '../rule.ts';
import { lose } from './lose.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { consumersKnown } from './consumers-known.ts';
import { perChannel } from './remember.ts';

const delivered = fromBroker('basic.deliver', 'basic.get-ok');

export const redeliveredNeverSet = mutant(
  'redelivered-never-set',
  'delivers a message again as if it were the first time',
  delivered.change({ redelivered: false }),
);

export const redeliveredAlwaysSet = mutant(
  'redelivered-always-set',
  'delivers each message as if it were not the first time',
  delivered.change({ redelivered: true }),
);

export const deliveriesSwapped = widely(
  because.arrivals,
  mutant(
    'deliveries-swapped',
    'delivers the second of two messages before the first',
    fromBroker('basic.deliver').inPairs((first, second) => [second, first]),
  ),
);

export const deliveriesDuplicated = widely(
  because.arrivals,
  mutant('deliveries-duplicated', 'delivers each message twice', fromBroker('basic.deliver').duplicate()),
);

/** Forgets it: nobody will get it. For `basic.get`, as if the queue were empty. @param nth counted from 1 */
export function deliveryLost(nth: number) {
  return mutant(
    `delivery-lost-${nth}`,
    `loses the ${ordinal(nth)} delivery`,
    delivered.nth(nth).does(() => lose),
  );
}

/** What was rejected to be requeued, and what its consumer left unacknowledged when it ended. */
export const redeliveriesLost = widely(
  because.arrivals,
  mutant(
    'redeliveries-lost',
    'loses the messages that it should deliver again',
    delivered.where(({ redelivered }) => redelivered).does(() => lose),
  ),
);

/**
 * As a consumer sees it that comes when they are requeued: they arrive after 300 ms in which nothing else did. Not those of
 * queues with delayed retry, which come when their time is over.
 */
export const requeuedAtTheEnd = mutant(
  'requeued-at-the-end',
  'puts requeued messages at the end of their queue',
  requeuedElsewhere((waiting, { command, later }) => {
    const { redelivered } = command.arguments;
    if (redelivered) waiting.requeued.push(command);
    if (waiting.requeued.length === 0) return undefined;
    waiting.wait(() => {
      for (const each of waiting.requeued.splice(0)) later(each);
    });
    return redelivered ? [] : undefined;
  }),
);

/**
 * As a consumer sees it that comes when they are requeued: with the next that is not one of them, or after 300 ms. Not those
 * of queues with delayed retry.
 */
export const requeuedInReverse = mutant(
  'requeued-in-reverse',
  'puts requeued messages back to the head of their queue, the last one first',
  requeuedElsewhere((waiting, { command, later }) => {
    const { redelivered } = command.arguments;
    if (!redelivered && waiting.requeued.length === 0) return undefined;
    if (!redelivered) {
      waiting.wait(() => {});
      return [...waiting.requeued.splice(0).toReversed(), command];
    }
    waiting.requeued.push(command);
    waiting.wait(() => {
      for (const each of waiting.requeued.splice(0).toReversed()) later(each);
    });
    // One alone comes as it would have
    return waiting.requeued.length > 1 ? [] : held;
  }),
);

/** What was requeued to a consumer, and not delivered yet. */
interface Waiting {
  readonly requeued: Command<'basic.deliver'>[];
  /** Does this in 300 ms, and not what it was to do before. */
  wait(then: () => void): void;
}

/** Delivers otherwise what was requeued, but to queues with delayed retry. */
function requeuedElsewhere(
  deliver: (waiting: Waiting, moment: Moment<'basic.deliver'>) => Outcome,
): () => AmqpRule[] {
  return () => {
    const consumers = consumersKnown();
    const delaying = new Set<string>();
    const waitingOn = perChannel((): Waiting => {
      let timer: NodeJS.Timeout | undefined;
      return {
        requeued: [],
        wait: (then) => {
          clearTimeout(timer);
          timer = setTimeout(then, 300).unref();
        },
      };
    });
    return [
      fromClient('queue.declare')
        .where(({ arguments: given }) => given.some(([key]) => key === 'x-delayed-retry-type'))
        .does(() => ({ command }) => {
          delaying.add(command.arguments.queue.toString());
          return undefined;
        }),
      consumers.rule,
      fromBroker('basic.deliver')
        .where(({ consumerTag }, { channel }) => !delaying.has(consumers.queueOf(channel, consumerTag) ?? ''))
        .does(() => (moment) => deliver(waitingOn(moment.channel), moment)),
    ];
  };
}

/** By giving each later consumer of a queue a lower priority, whatever it asks for; it needs a broker that heeds `x-priority`. */
export const everythingGoesToTheFirstConsumer = widely(
  because.sharing,
  mutant(
    'everything-goes-to-the-first-consumer',
    'gives everything to the first consumer of a queue as long as that can take it',
    () => {
      /** How many consumers each queue ever had. */
      const consumers = new Map<string, number>();
      return [
        fromClient('basic.consume').change(({ queue, arguments: given }, { virtualHost }) => {
          const key = JSON.stringify([virtualHost, queue.toString()]);
          const before = consumers.get(key) ?? 0;
          consumers.set(key, before + 1);
          const others = given.filter(([name]) => name !== 'x-priority');
          return { arguments: before === 0 ? others : [...others, ...table({ 'x-priority': -before })] };
        }),
      ];
    },
  ),
);

export const deliveryTagsPerConsumer = mutant(
  'delivery-tags-per-consumer',
  'numbers the deliveries of each consumer for itself, and not those of their channel',
  fromBroker('basic.deliver').does(() => {
    /** By consumer tag. */
    const counted = perChannel(() => new Map<string, bigint>());
    return ({ command, channel, toClient }) => {
      const tag = command.arguments.consumerTag.toString();
      const deliveryTag = (counted(channel).get(tag) ?? 0n) + 1n;
      counted(channel).set(tag, deliveryTag);
      if (deliveryTag === command.arguments.deliveryTag) return undefined;
      toClient(command.name, { ...command.arguments, deliveryTag }, contentOf(command));
      return [];
    };
  }),
);

export const deliveryTagsFromZero = widely(
  because.tags,
  mutant(
    'delivery-tags-from-zero',
    'numbers the deliveries of a channel from 0 on',
    fromBroker('basic.deliver').does(() => ({ command, toClient }) => {
      const deliveryTag = command.arguments.deliveryTag - 1n;
      toClient(command.name, { ...command.arguments, deliveryTag }, contentOf(command));
      return [];
    }),
  ),
);

function contentOf({ properties, body }: Command): Content {
  return { properties, body };
}

export const deliveryExchangeForgotten = mutant(
  'delivery-exchange-forgotten',
  'does not say with a delivery to which exchange it was published',
  delivered.change({ exchange: '' }),
);

export const deliveryRoutingKeyForgotten = widely(
  because.keys,
  mutant(
    'delivery-routing-key-forgotten',
    'does not say with a delivery by which routing key it was published',
    delivered.change({ routingKey: '' }),
  ),
);

export const remainingCountWrong = mutant(
  'remaining-count-wrong',
  'reports with basic.get one message more than is left',
  fromBroker('basic.get-ok').change(({ messageCount }) => ({ messageCount: messageCount + 1 })),
);

export const getTakenForEmpty = widely(
  because.getting,
  mutant(
    'get-taken-for-empty',
    'answers the first basic.get as if the queue were empty',
    fromBroker('basic.get-ok')
      .nth(1)
      .does(() => (moment) => {
        if (moment.awaited) {
          const { deliveryTag } = moment.command.arguments;
          moment.toBroker('basic.reject', { deliveryTag, requeue: true });
        }
        moment.toClient('basic.get-empty');
        return [];
      }),
  ),
);

function ordinal(number: number): string {
  return ['zeroth', 'first', 'second', 'third'][number] ?? `${number}th`;
}

/** By giving each later consumer of a queue a lower priority, and none a prefetch; it needs a broker that heeds `x-priority`. */
export const laterConsumersNotServed = widely(
  because.sharing,
  mutant(
    'later-consumers-not-served',
    'gives everything to the first consumer of a queue, whatever that has unacknowledged',
    everythingGoesToTheFirstConsumer.begin,
    fromClient('basic.qos')
      .where(({ prefetchCount }) => prefetchCount > 0)
      .change({ prefetchCount: 0 }),
  ),
);
