import { inspect } from 'node:util';
import type { Command, FieldTable, MethodArguments } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** With the types of values. */
const exactly = { depth: Infinity };

type Binding = MethodArguments<'queue.bind' | 'queue.unbind' | 'exchange.bind' | 'exchange.unbind'>;

export const repeatedBindingsRefused = mutant(
  'repeated-bindings-refused',
  'refuses to make a binding that is there already',
  fromClient('queue.bind', 'exchange.delete').does(() => {
    const known = new Map<string, string>();
    return ({ command, virtualHost, refuse }) => {
      const exchange = JSON.stringify([virtualHost, String(command.arguments.exchange)]);
      if (command.is('exchange.delete'))
        for (const [key, source] of known) if (source === exchange) known.delete(key);

      if (!command.is('queue.bind')) return undefined;
      const key = keyOf(virtualHost, command.arguments);
      if (!known.has(key)) {
        known.set(key, exchange);
        return undefined;
      }
      refuse(406, 'PRECONDITION_FAILED - the binding is there already');
      return [];
    };
  }),
);

export const repeatedBindingsCounted = mutant(
  'repeated-bindings-counted',
  'keeps a binding until it is unbound as often as it was bound',
  fromClient('queue.bind', 'queue.unbind').does(() => {
    const times = new Map<string, number>();
    return ({ command, virtualHost, answer }) => {
      const key = keyOf(virtualHost, command.arguments);
      const left = (times.get(key) ?? 0) + (command.is('queue.bind') ? 1 : -1);
      times.set(key, Math.max(left, 0));
      if (command.is('queue.bind') || left <= 0) return undefined;
      answer();
      return [];
    };
  }),
);

export const missingBindingsRefused = mutant(
  'missing-bindings-refused',
  'refuses to unbind what is not bound',
  fromClient('queue.bind', 'exchange.bind', 'queue.unbind', 'exchange.unbind').does(() => {
    const known = new Set<string>();
    return ({ command, virtualHost, refuse }) => {
      const key = keyOf(virtualHost, command.arguments);
      if (command.is('queue.bind') || command.is('exchange.bind')) {
        known.add(key);
        return undefined;
      }
      // The default exchange is the broker's to defend
      if (known.delete(key) || sourceOf(command.arguments) === '') return undefined;
      refuse(404, 'NOT_FOUND - no such binding');
      return [];
    };
  }),
);

export const unbindArgumentsIgnored = mutant(
  'unbind-arguments-ignored',
  'takes a binding away whatever arguments the unbind names',
  fromClient('queue.bind', 'queue.unbind').does(() => {
    const bound = new Map<string, FieldTable>();
    return ({ command, virtualHost }) => {
      const key = keyOf(virtualHost, { ...command.arguments, arguments: [] });
      if (command.is('queue.bind')) {
        bound.set(key, command.arguments.arguments);
        return undefined;
      }
      const given = bound.get(key);
      if (!command.is('queue.unbind') || given === undefined) return undefined;
      return inspect(given, exactly) === inspect(command.arguments.arguments, exactly)
        ? undefined
        : [withArguments(command, { arguments: given })];
    };
  }),
);

export const transientExchangesRefusedToDurableQueues = mutant(
  'transient-exchanges-refused-to-durable-queues',
  'refuses to bind a durable queue to a transient exchange',
  fromClient('queue.declare', 'exchange.declare', 'queue.bind').does(() => {
    const durableQueues = new Set<string>();
    const transientExchanges = new Set<string>();
    return ({ command, virtualHost, refuse }) => {
      const named = (name: unknown) => `${virtualHost}\0${String(name)}`;
      if (command.is('queue.declare')) {
        if (command.arguments.durable) durableQueues.add(named(command.arguments.queue));
      } else if (command.is('exchange.declare')) {
        if (!command.arguments.durable) transientExchanges.add(named(command.arguments.exchange));
      } else if (
        command.is('queue.bind') &&
        durableQueues.has(named(command.arguments.queue)) &&
        transientExchanges.has(named(command.arguments.exchange))
      ) {
        refuse(406, 'PRECONDITION_FAILED - the exchange is transient');
        return [];
      }
      return undefined;
    };
  }),
);

export const bindingsOutliveExchanges = mutant(
  'bindings-outlive-exchanges',
  'makes the bindings of a deleted exchange again when one of that name is declared',
  fromClient('queue.bind', 'exchange.delete', 'exchange.declare').does(() => {
    const bound = new Map<string, Command<'queue.bind'>[]>();
    const left = new Map<string, Command<'queue.bind'>[]>();
    return ({ command, virtualHost }) => {
      const key = `${virtualHost}\0${String(command.arguments.exchange)}`;
      if (command.is('queue.bind')) bound.set(key, [...(bound.get(key) ?? []), command]);
      if (command.is('exchange.delete')) left.set(key, bound.get(key) ?? []);
      const again = left.get(key) ?? [];
      if (!command.is('exchange.declare') || again.length === 0) return undefined;
      left.delete(key);
      // Once more at the end, so that they are there by the answer
      return [
        withArguments(command, { noWait: true }),
        ...again.map(({ arguments: binding }) =>
          made(command.channel, 'queue.bind', { ...binding, noWait: true }),
        ),
        command,
      ];
    };
  }),
);

/** Both ends change places. */
export const exchangeBindingsReversed = mutant(
  'exchange-bindings-reversed',
  'binds the source of an exchange binding to its destination',
  fromClient('exchange.bind', 'exchange.unbind').change(({ source, destination }) => ({
    source: destination,
    destination: source,
  })),
);

export const autoDeletedAsDestination = mutant(
  'auto-deleted-as-destination',
  'deletes an auto-delete exchange also when it is unbound as a destination',
  fromClient('exchange.declare', 'exchange.unbind').does(() => {
    const autoDeleted = new Set<string>();
    return ({ command, virtualHost }) => {
      const named = (name: unknown) => `${virtualHost}\0${String(name)}`;
      if (command.is('exchange.declare') && command.arguments.autoDelete)
        autoDeleted.add(named(command.arguments.exchange));

      if (!command.is('exchange.unbind')) return undefined;
      const { destination: exchange } = command.arguments;
      if (!autoDeleted.has(named(exchange))) return undefined;
      // First, so that it is gone by the answer
      return [made(command.channel, 'exchange.delete', { exchange, noWait: true }), command];
    };
  }),
);

export const unbindingsTakeAllKeys = mutant(
  'unbindings-take-all-keys',
  'takes the bindings by other keys away too when a queue is unbound from an exchange by one',
  unbindingTakes((other, unbound) => other.routingKey !== unbound.routingKey),
);

export const unbindingsTakeAllArguments = mutant(
  'unbindings-take-all-arguments',
  'takes the bindings by the same key with other arguments away too when a queue is unbound from an exchange',
  unbindingTakes(
    (other, unbound) => other.routingKey === unbound.routingKey && other.given !== unbound.given,
  ),
);

interface NamedBinding {
  routingKey: string;
  /** Its arguments, as text. */
  given: string;
}

/** Takes other bindings of a queue to an exchange away with one that was there. */
function unbindingTakes(takes: (other: NamedBinding, unbound: NamedBinding) => boolean) {
  return fromClient('queue.bind', 'queue.unbind').does(() => {
    const bound = new Map<string, MethodArguments<'queue.bind'>[]>();
    const named = (binding: Binding): NamedBinding => ({
      routingKey: binding.routingKey.toString(),
      given: inspect(binding.arguments, exactly),
    });
    return ({ command, virtualHost, ask }) => {
      const { exchange, queue } = command.arguments;
      const ends = JSON.stringify([virtualHost, String(exchange), String(queue)]);
      const all = bound.get(ends) ?? [];
      if (command.is('queue.bind')) {
        bound.set(ends, [...all, command.arguments]);
        return undefined;
      }
      const wasBound = all.some(
        (binding) => keyOf(virtualHost, binding) === keyOf(virtualHost, command.arguments),
      );
      const others = all.filter((binding) => takes(named(binding), named(command.arguments)));
      if (!wasBound || others.length === 0) return undefined;
      bound.delete(ends);
      for (const other of others) {
        ask(
          made(command.channel, 'queue.unbind', {
            exchange,
            queue,
            routingKey: other.routingKey,
            arguments: other.arguments,
          }),
        );
      }
      return [command];
    };
  });
}

export const missingTopicBindingsBreakTheConnection = mutant(
  'missing-topic-bindings-break-the-connection',
  'breaks the connection when a queue is unbound from a topic exchange to which it was not bound so',
  fromClient('queue.bind', 'queue.unbind').does(() => {
    const known = new Set<string>();
    return ({ command, virtualHost, topology, breakConnection }) => {
      const key = keyOf(virtualHost, command.arguments);
      if (command.is('queue.bind')) {
        known.add(key);
        return undefined;
      }
      const isTopic = topology.exchangeType(virtualHost, sourceOf(command.arguments)) === 'topic';
      if (known.delete(key) || !isTopic) return undefined;
      breakConnection({ replyCode: 541, replyText: 'INTERNAL_ERROR' });
      return [];
    };
  }),
);

function sourceOf(binding: Binding): string {
  return ('queue' in binding ? binding.exchange : binding.source).toString();
}

/** What tells bindings apart. */
function keyOf(virtualHost: string, binding: Binding): string {
  const [from, to] =
    'queue' in binding ? [binding.exchange, binding.queue] : [binding.source, binding.destination];
  const { routingKey, arguments: given } = binding;
  return JSON.stringify([virtualHost, ...[from, to, routingKey].map(String), inspect(given, exactly)]);
}
