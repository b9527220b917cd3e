import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import type { AmqpRule } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';

const limited = fromClient('basic.qos').where(({ prefetchCount }) => prefetchCount > 0);

export const prefetchIgnored = mutant(
  'prefetch-ignored',
  'ignores the prefetch of its consumers',
  limited.change({ prefetchCount: 0 }),
);

export const prefetchOffByOne = mutant(
  'prefetch-off-by-one',
  'gives a consumer one delivery more than its prefetch allows',
  limited.change(({ prefetchCount }) => ({ prefetchCount: Math.min(prefetchCount + 1, 65_535) })),
);

export const prefetchMadeGlobal = mutant(
  'prefetch-made-global',
  'takes the prefetch of a consumer for one that all consumers of the channel share',
  limited.change({ global: true }),
);

export const globalPrefetchMadePerConsumer = mutant(
  'global-prefetch-made-per-consumer',
  'grants each consumer of a channel the prefetch that they should share',
  limited.change({ global: false }),
);

/** Channels whose clients have set a prefetch. */
const withPrefetch = new WeakSet<object>();

/** Consumers that acknowledge automatically have none. */
export const prefetchAssumed = mutant(
  'prefetch-assumed',
  'gives a consumer without a prefetch one delivery at a time',
  ...withoutPrefetch(1),
);

export const defaultPrefetchIgnored = mutant(
  'default-prefetch-ignored',
  'ignores the prefetch that it is configured with for consumers that have none',
  ...withoutPrefetch(0),
);

/** @param prefetchCount what it takes for a consumer of a channel without any */
function withoutPrefetch(prefetchCount: number): AmqpRule[] {
  return [
    limited.does(() => ({ channel }) => {
      withPrefetch.add(channel);
      return undefined;
    }),
    fromClient('basic.consume')
      .where(({ noAck }, { channel }) => !noAck && !withPrefetch.has(channel))
      .does(() => ({ command, answer }) => {
        const { consumerTag: given } = command.arguments;
        const consumerTag = given.length > 0 ? given : `amq.ctag-${crypto.randomUUID()}`;
        answer(
          ({ channel }) => made(channel, 'basic.consume-ok', { consumerTag }),
          made(command.channel, 'basic.qos', { prefetchCount }),
        );
        return [withArguments(command, { consumerTag, noWait: true })];
      }),
  ];
}

const unlimited = fromClient('basic.qos').where(({ prefetchCount }) => prefetchCount === 0);

export const prefetchZeroTakenForOne = mutant(
  'prefetch-zero-taken-for-one',
  'takes a prefetch of 0 for one of 1',
  unlimited.change({ prefetchCount: 1 }),
);

export const prefetchZeroTakenForUnchanged = mutant(
  'prefetch-zero-taken-for-unchanged',
  'keeps the prefetch of a channel that is set to 0',
  unlimited.swallow(),
);

export const prefetchSizeIgnored = mutant(
  'prefetch-size-ignored',
  'takes a prefetch in bytes and ignores it',
  fromClient('basic.qos').change({ prefetchSize: 0 }),
);

/** The prefetch of each channel. */
const limits = new WeakMap<object, number>();

/** What clients have unacknowledged, by channel. */
const outstanding = new WeakMap<object, Set<bigint>>();

export const prefetchLimitsGet = mutant(
  'prefetch-limits-get',
  'gives basic.get nothing on a channel with as many unacknowledged deliveries as its prefetch allows',
  fromClient('basic.qos').does(() => ({ command, channel }) => {
    limits.set(channel, command.arguments.prefetchCount);
    return undefined;
  }),
  fromBroker('basic.deliver').does(() => ({ command, channel, awaited }) => {
    if (awaited) outstandingOf(channel).add(command.arguments.deliveryTag);
    return undefined;
  }),
  fromClient('basic.ack', 'basic.nack', 'basic.reject').does(() => ({ command, channel }) => {
    const { deliveryTag } = command.arguments;
    const multiple = 'multiple' in command.arguments && command.arguments.multiple;
    const tags = outstandingOf(channel);
    for (const tag of tags) {
      if (tag === deliveryTag || (multiple && (deliveryTag === 0n || tag < deliveryTag))) tags.delete(tag);
    }
    return undefined;
  }),
  fromClient('basic.get')
    .where((_, { channel }) => outstandingOf(channel).size >= (limits.get(channel) || Infinity))
    .swallow(),
);

function outstandingOf(channel: object): Set<bigint> {
  const known = outstanding.get(channel) ?? new Set();
  outstanding.set(channel, known);
  return known;
}

/** The second `basic.qos` of a channel and those that follow it. */
export const prefetchNeverChanged = mutant(
  'prefetch-never-changed',
  'holds on to the first prefetch of a channel whatever it is told later',
  limited.does(() => {
    const set = new WeakSet<object>();
    return (moment) => {
      if (!set.has(moment.channel)) {
        set.add(moment.channel);
        return undefined;
      }
      moment.answer();
      return [];
    };
  }),
);
