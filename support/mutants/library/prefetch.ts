import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

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
        made(command.channel, 'basic.qos', { prefetchCount: 1 }),
      );
      return [withArguments(command, { consumerTag, noWait: true })];
    }),
);

/** The second `basic.qos` of a channel and those that follow it. */
export const prefetchNeverChanged = mutant(
  'prefetch-never-changed',
  'holds on to the first prefetch of a channel whatever it is told later',
  limited.does(() => {
    const limits = new WeakMap<object, object>();
    return (moment) => {
      if (!limits.has(moment.channel)) {
        limits.set(moment.channel, moment);
        return undefined;
      }
      moment.answer();
      return [];
    };
  }),
);
