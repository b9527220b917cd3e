import type { Command } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import type { AmqpRule } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';

const declared = fromClient('queue.declare', 'exchange.declare').where(({ passive }) => !passive);
const deleted = fromClient('queue.delete', 'exchange.delete');

/** One that is predeclared, or that was declared last. */
function isSpecial(name: string): boolean {
  return name === '' || name.startsWith('amq.');
}

export const missingDeletionsRefused = mutant(
  'missing-deletions-refused',
  'refuses to delete a queue or an exchange that is not there',
  () => {
    /** Queues and exchanges that were declared and not deleted. */
    const existing = new Set<string>();
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, virtualHost }) => {
        existing.add(keyOf(virtualHost, command));
        return undefined;
      }),
      fromClient('exchange.declare').does(() => ({ command, virtualHost }) => {
        existing.add(keyOf(virtualHost, command));
        return undefined;
      }),
      fromBroker('queue.delete-ok', 'exchange.delete-ok').does(() => ({ request, virtualHost }) => {
        if (request !== undefined) existing.delete(keyOf(virtualHost, request));
        return undefined;
      }),
      deleted.does(() => ({ command, virtualHost, refuse }) => {
        const { what, name } = endOf(command);
        if (existing.has(keyOf(virtualHost, command)) || isSpecial(name)) return undefined;
        refuse(404, `NOT_FOUND - no ${what} '${name}' in vhost '${virtualHost}'`);
        return [];
      }),
    ];
  },
);

export const bindingsOutliveTheirEnds = mutant(
  'bindings-outlive-their-ends',
  'brings the bindings of a deleted queue or exchange back when it is declared again',
  () => {
    /** By each of its ends. */
    const bindings = new Map<string, Command<'queue.bind'>[]>();
    const gone = new Set<string>();
    return [
      fromClient('queue.bind').does(() => ({ command, virtualHost }) => {
        for (const end of [
          keyOf(virtualHost, command),
          JSON.stringify([virtualHost, 'exchange', String(command.arguments.exchange)]),
        ])
          bindings.set(end, [...(bindings.get(end) ?? []), command]);

        return undefined;
      }),
      deleted.does(() => ({ command, virtualHost }) => {
        gone.add(keyOf(virtualHost, command));
        return undefined;
      }),
      declared.does(() => ({ command, virtualHost }) => {
        const key = keyOf(virtualHost, command);
        if (!gone.delete(key)) return undefined;
        const again = (bindings.get(key) ?? []).map(({ arguments: binding }) =>
          made(command.channel, 'queue.bind', { ...binding, noWait: true }),
        );
        // Once more at the end, so that they are there by the answer
        return [withArguments(command, { noWait: true }), ...again, command];
      }),
    ];
  },
);

export const purgesTakeUnacknowledged = mutant(
  'purges-take-unacknowledged',
  'drops with a purge also what consumers have not acknowledged yet',
  () => {
    /** How to settle what consumers have unacknowledged, by their channels. */
    const unacknowledged = new Map<object, (() => void)[]>();
    return [
      fromBroker('basic.deliver', 'basic.get-ok')
        .where((_, { awaited }) => awaited)
        .does(() => ({ command, channel, toBroker }) => {
          const { deliveryTag } = command.arguments;
          const others = unacknowledged.get(channel) ?? [];
          unacknowledged.set(channel, [...others, () => toBroker('basic.ack', { deliveryTag })]);
          return undefined;
        }),
      // On a channel that its client has closed, nothing can be said any more
      fromClient('channel.close', 'channel.close-ok').does(() => ({ channel }) => {
        unacknowledged.delete(channel);
        return undefined;
      }),
      fromClient('queue.purge').does(() => ({ command }) => {
        for (const drop of [...unacknowledged.values()].flat()) drop();
        unacknowledged.clear();
        return [command];
      }),
    ];
  },
);

/** Takes note of the queues and exchanges that are declared auto-delete. */
function noted(temporary: Set<string>): AmqpRule {
  return declared
    .where(({ autoDelete }) => autoDelete)
    .does(() => ({ command, virtualHost }) => {
      temporary.add(keyOf(virtualHost, command));
      return undefined;
    });
}

export const autoDeletedWithFirstUse = mutant(
  'auto-deleted-with-first-use',
  'deletes an auto-delete queue with the first basic.get, and such an exchange with the first publish',
  () => {
    const temporary = new Set<string>();
    return [
      noted(temporary),
      fromClient('basic.get', 'basic.publish').does(
        () =>
          ({ command, virtualHost }) =>
            temporary.has(keyOf(virtualHost, command)) ? [command, deletionOf(command)] : undefined,
      ),
    ];
  },
);

export const autoDeletedWithFirstUnbinding = mutant(
  'auto-deleted-with-first-unbinding',
  'deletes an auto-delete exchange as soon as one of its bindings is removed',
  () => {
    const temporary = new Set<string>();
    return [
      noted(temporary),
      fromClient('queue.unbind').does(() => ({ command, virtualHost, answer }) => {
        const { exchange } = command.arguments;
        const key = JSON.stringify([virtualHost, 'exchange', exchange.toString()]);
        if (!temporary.has(key)) return undefined;
        answer(undefined, made(command.channel, 'exchange.delete', { exchange }));
        return [];
      }),
    ];
  },
);

function deletionOf(command: Command): Command {
  const { what, name } = endOf(command);
  return what === 'queue'
    ? made(command.channel, 'queue.delete', { queue: name, noWait: true })
    : made(command.channel, 'exchange.delete', { exchange: name, noWait: true });
}

function keyOf(virtualHost: string, command: Command): string {
  const { what, name } = endOf(command);
  return JSON.stringify([virtualHost, what, name]);
}

/** The queue that a method is about, else the exchange. */
function endOf({ arguments: values }: Command): { what: 'queue' | 'exchange'; name: string } {
  if ('queue' in values) return { what: 'queue', name: values.queue.toString() };
  return { what: 'exchange', name: 'exchange' in values ? values.exchange.toString() : '' };
}
