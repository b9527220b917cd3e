import { withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import type { Moment } from '../rule.ts';
import { fromClient } from '../target.ts';

type Exchange = { toString(): string };

function isHashExchange({ topology, virtualHost }: Moment, exchange: Exchange): boolean {
  return topology.exchangeType(virtualHost, exchange.toString()) === 'x-consistent-hash';
}

/** Which are about every second key. They are unroutable there, as the broker itself says of them. */
export const deletedDestinationsKeepTheirShare = mutant(
  'deleted-destinations-keep-their-share',
  'goes on giving a share of what a consistent hash exchange is published to a destination that was deleted',
  () => {
    /** By destination. */
    const sources = new Map<string, Set<string>>();
    const losing = new Set<string>();
    const named = (moment: Moment, what: 'queue' | 'exchange', name: Exchange) =>
      JSON.stringify([moment.virtualHost, what, name.toString()]);
    const bound = (moment: Moment, source: Exchange, destination: string) => {
      if (!isHashExchange(moment, source)) return undefined;
      const all = sources.get(destination) ?? new Set();
      sources.set(destination, all.add(named(moment, 'exchange', source)));
      return undefined;
    };
    const left = (moment: Moment, what: 'queue' | 'exchange', name: Exchange) => {
      for (const source of sources.get(named(moment, what, name)) ?? []) losing.add(source);
      return undefined;
    };
    return [
      fromClient('queue.bind').does(() => (moment) => {
        const { queue, exchange } = moment.command.arguments;
        return bound(moment, exchange, named(moment, 'queue', queue));
      }),
      fromClient('exchange.bind').does(() => (moment) => {
        const { destination, source } = moment.command.arguments;
        return bound(moment, source, named(moment, 'exchange', destination));
      }),
      fromClient('queue.delete').does(
        () => (moment) => left(moment, 'queue', moment.command.arguments.queue),
      ),
      fromClient('exchange.delete').does(
        () => (moment) => left(moment, 'exchange', moment.command.arguments.exchange),
      ),
      fromClient('basic.publish')
        .where(
          ({ exchange, routingKey }, moment) =>
            losing.has(named(moment, 'exchange', exchange)) &&
            (routingKey.toString().codePointAt(0) ?? 0) % 2 === 0,
        )
        .change(() => ({ exchange: '', routingKey: crypto.randomUUID() })),
    ];
  },
);

export const hashExchangesMixedUp = mutant(
  'hash-exchanges-mixed-up',
  'routes what a consistent hash exchange is published by the bindings of the one that was declared first',
  fromClient('exchange.declare', 'basic.publish').does(() => {
    /** By virtual host. */
    const first = new Map<string, string>();
    return (moment) => {
      const { command, virtualHost } = moment;
      const exchange = command.arguments.exchange.toString();
      if (!isHashExchange(moment, exchange)) return undefined;
      const routed = first.get(virtualHost) ?? exchange;
      first.set(virtualHost, routed);
      return command.is('basic.publish') && routed !== exchange
        ? [withArguments(command, { exchange: routed })]
        : undefined;
    };
  }),
);

export const hashHeaderRequired = mutant(
  'hash-header-required',
  'breaks the connection over a message without the header by which a consistent hash exchange routes',
  fromClient('exchange.declare', 'basic.publish').does(() => {
    const headers = new Map<string, string>();
    return ({ command, virtualHost, breakConnection }) => {
      const key = JSON.stringify([virtualHost, String(command.arguments.exchange)]);
      if (command.is('exchange.declare')) {
        const named = command.arguments.arguments.find(([name]) => name === 'hash-header')?.[1];
        if (named?.tag === 'S') headers.set(key, named.value.toString());
        return undefined;
      }
      const header = headers.get(key);
      const has = command.properties.headers?.some(([name]) => name === header) ?? false;
      if (header === undefined || has) return undefined;
      breakConnection({ replyCode: 541, replyText: 'INTERNAL_ERROR' });
      return [];
    };
  }),
);
