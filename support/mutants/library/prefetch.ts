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
