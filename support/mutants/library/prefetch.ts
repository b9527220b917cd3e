import { made } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import type { AmqpRule } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { breakDown } from './break-down.ts';
import { outstandingKnown } from './outstanding.ts';
import { perChannel } from './remember.ts';

const limited = fromClient('basic.qos').where(({ prefetchCount }) => prefetchCount > 0);

export const prefetchIgnored = widely(
  because.holding,
  mutant('prefetch-ignored', 'ignores the prefetch of its consumers', limited.change({ prefetchCount: 0 })),
);

export const prefetchOffByOne = widely(
  because.holding,
  mutant(
    'prefetch-off-by-one',
    'gives a consumer one delivery more than its prefetch allows',
    limited.change(({ prefetchCount }) => ({ prefetchCount: Math.min(prefetchCount + 1, 65_535) })),
  ),
);

export const globalPrefetchMadePerConsumer = widely(
  because.holding,
  mutant(
    'global-prefetch-made-per-consumer',
    'grants each consumer of a channel the prefetch that they should share',
    limited.change({ global: false }),
  ),
);

/** Consumers that acknowledge automatically have none. */
export const prefetchAssumed = widely(
  because.holding,
  mutant(
    'prefetch-assumed',
    'gives a consumer without a prefetch one delivery at a time',
    withoutPrefetch(1),
  ),
);

export const defaultPrefetchIgnored = mutant(
  'default-prefetch-ignored',
  'ignores the prefetch that it is configured with for consumers that have none',
  withoutPrefetch(0),
);

/** @param prefetchCount what it takes for a consumer of a channel without any */
function withoutPrefetch(prefetchCount: number) {
  return (): AmqpRule[] => {
    /** Channels whose clients have set a prefetch. */
    const withPrefetch = new WeakSet<object>();
    return [
      limited.does(() => ({ channel }) => {
        withPrefetch.add(channel);
        return undefined;
      }),
      fromClient('basic.consume')
        .where(({ noAck }, { channel }) => !noAck && !withPrefetch.has(channel))
        .does(() => ({ command, ask }) => {
          ask(made(command.channel, 'basic.qos', { prefetchCount }));
          return [command];
        }),
    ];
  };
}

const unlimited = fromClient('basic.qos').where(({ prefetchCount }) => prefetchCount === 0);

export const prefetchZeroTakenForOne = widely(
  because.holding,
  mutant(
    'prefetch-zero-taken-for-one',
    'treats a prefetch of 0 as one of 1',
    unlimited.change({ prefetchCount: 1 }),
  ),
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

/** What the clients of a channel may have, and have, unacknowledged of what their consumers got. */
interface Window {
  /** 0: no limit. */
  prefetch: number;
  /** The tag of the client's last delivery. */
  last: bigint;
  readonly outstanding: Set<bigint>;
  /** Gives the client what is withheld from it, one by one. */
  readonly withheld: (() => void)[];
}

function newWindow(): Window {
  return { prefetch: 0, last: 0n, outstanding: new Set(), withheld: [] };
}

function isFull({ prefetch, outstanding }: Window): boolean {
  return prefetch > 0 && outstanding.size >= prefetch;
}

/** A delivery goes to the client. @param awaited whether its acknowledgement makes room */
function given(window: Window, awaited: boolean): void {
  window.last += 1n;
  if (awaited) window.outstanding.add(window.last);
}

/** Keeps windows in all but what comes to a consumer. @param shared by the prefetch that all consumers share, with what `basic.get` takes */
function kept(windowOf: (channel: object) => Window, shared = false): AmqpRule[] {
  return [
    fromClient('basic.qos')
      .where(({ global }) => global === shared)
      .does(() => ({ command, channel }) => {
        windowOf(channel).prefetch = command.arguments.prefetchCount;
        return undefined;
      }),
    fromBroker('basic.get-ok').does(() => ({ channel, awaited }) => {
      given(windowOf(channel), shared && awaited);
      return undefined;
    }),
    fromClient('basic.ack', 'basic.nack', 'basic.reject').does(() => ({ command, channel }) => {
      const { deliveryTag } = command.arguments;
      const multiple = 'multiple' in command.arguments && command.arguments.multiple;
      const window = windowOf(channel);
      const { outstanding, withheld } = window;
      for (const tag of outstanding) {
        if (tag === deliveryTag || (multiple && (deliveryTag === 0n || tag < deliveryTag)))
          outstanding.delete(tag);
      }
      while (withheld.length > 0 && !isFull(window)) withheld.shift()?.();
      return undefined;
    }),
  ];
}

/** Withholds what comes to consumers of a channel whose window is full. */
function withholding(windowOf: (channel: object) => Window): AmqpRule {
  return fromBroker('basic.deliver').does(() => ({ command, channel, awaited, later }) => {
    const window = windowOf(channel);
    if (!awaited || !isFull(window)) {
      given(window, awaited);
      return undefined;
    }
    window.withheld.push(() => {
      given(window, awaited);
      later(command);
    });
    return [];
  });
}

/** The proxy withholds what is too much: from 4.3 on RabbitMQ itself shares no prefetch. */
export const prefetchMadeGlobal = mutant(
  'prefetch-made-global',
  'treats the prefetch of a consumer as one that all consumers of the channel share',
  () => {
    const windowOf = perChannel(newWindow);
    return [...kept(windowOf), withholding(windowOf)];
  },
);

export const globalPrefetchLimitsGotToo = mutant(
  'global-prefetch-limits-got-too',
  'counts what basic.get took among what the consumers of a channel may have unacknowledged together',
  () => {
    const windowOf = perChannel(newWindow);
    return [...kept(windowOf, true), withholding(windowOf)];
  },
);

export const prefetchLimitsGet = mutant(
  'prefetch-limits-get',
  'gives basic.get nothing on a channel with as many unacknowledged deliveries as its prefetch allows',
  () => {
    const windowOf = perChannel(newWindow);
    return [
      ...kept(windowOf),
      fromBroker('basic.deliver').does(() => ({ channel, awaited }) => {
        given(windowOf(channel), awaited);
        return undefined;
      }),
      fromClient('basic.get')
        .where((_, { channel }) => isFull(windowOf(channel)))
        .swallow(),
    ];
  },
);

/** The second `basic.qos` of a channel and those that follow it. */
export const prefetchNeverChanged = widely(
  because.holding,
  mutant(
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
  ),
);

export const acksUnderGlobalPrefetchBreakDown = mutant(
  'acks-under-global-prefetch-break-down',
  'breaks down when something is acknowledged on a channel whose consumers share a prefetch',
  () => {
    const sharing = new WeakSet<object>();
    return [
      limited
        .where(({ global }) => global)
        .does(() => ({ channel }) => {
          sharing.add(channel);
          return undefined;
        }),
      fromClient('basic.ack')
        .where((_, { channel }) => sharing.has(channel))
        .does(() => breakDown),
    ];
  },
);

export const prefetchChangesBreakDown = mutant(
  'prefetch-changes-break-down',
  'breaks down when the prefetch of a channel is changed on which something is outstanding',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.qos')
        .where((_, { channel }) => outstanding.on(channel).deliveries.size > 0)
        .does(() => breakDown),
      ...outstanding.rules,
    ];
  },
);
