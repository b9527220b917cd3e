import type { Command } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perRun } from './remember.ts';

const declared = fromClient('queue.declare', 'exchange.declare').where(({ passive }) => !passive);
const deleted = fromClient('queue.delete', 'exchange.delete');

/** One that is predeclared, or that was declared last. */
function isSpecial(name: string): boolean {
  return name === '' || name.startsWith('amq.');
}

/** Queues and exchanges that were declared and not deleted. */
const existing = perRun(() => new Set<string>());

export const missingDeletionsRefused = mutant(
  'missing-deletions-refused',
  'refuses to delete a queue or an exchange that is not there',
  fromBroker('queue.declare-ok').does(() => ({ command, virtualHost, topology }) => {
    existing(topology).add(keyOf(virtualHost, command));
    return undefined;
  }),
  fromClient('exchange.declare').does(() => ({ command, virtualHost, topology }) => {
    existing(topology).add(keyOf(virtualHost, command));
    return undefined;
  }),
  fromBroker('queue.delete-ok', 'exchange.delete-ok').does(() => ({ request, virtualHost, topology }) => {
    if (request !== undefined) existing(topology).delete(keyOf(virtualHost, request));
    return undefined;
  }),
  deleted.does(() => ({ command, virtualHost, topology, refuse }) => {
    const { what, name } = endOf(command);
    if (existing(topology).has(keyOf(virtualHost, command)) || isSpecial(name)) return undefined;
    refuse(404, `NOT_FOUND - no ${what} '${name}' in vhost '${virtualHost}'`);
    return [];
  }),
);

/** The bindings that were made, and what was deleted since. */
const topologies = perRun(() => ({
  bindings: new Map<string, Command<'queue.bind'>[]>(),
  gone: new Set<string>(),
}));

export const bindingsOutliveTheirEnds = mutant(
  'bindings-outlive-their-ends',
  'brings the bindings of a deleted queue or exchange back when it is declared again',
  fromClient('queue.bind').does(() => ({ command, virtualHost, topology }) => {
    const { bindings } = topologies(topology);
    for (const end of [
      keyOf(virtualHost, command),
      JSON.stringify([virtualHost, 'exchange', String(command.arguments.exchange)]),
    ])
      bindings.set(end, [...(bindings.get(end) ?? []), command]);

    return undefined;
  }),
  deleted.does(() => ({ command, virtualHost, topology }) => {
    topologies(topology).gone.add(keyOf(virtualHost, command));
    return undefined;
  }),
  declared.does(() => ({ command, virtualHost, topology }) => {
    const key = keyOf(virtualHost, command);
    const { bindings, gone } = topologies(topology);
    if (!gone.delete(key)) return undefined;
    const again = (bindings.get(key) ?? []).map(({ arguments: binding }) =>
      made(command.channel, 'queue.bind', { ...binding, noWait: true }),
    );
    // Once more at the end, so that they are there by the answer
    return [withArguments(command, { noWait: true }), ...again, command];
  }),
);

/** How to settle what consumers have unacknowledged. */
const unacknowledged = perRun((): (() => void)[] => []);

export const purgesTakeUnacknowledged = mutant(
  'purges-take-unacknowledged',
  'drops with a purge also what consumers have not acknowledged yet',
  fromBroker('basic.deliver', 'basic.get-ok')
    .where((_, { awaited }) => awaited)
    .does(() => ({ command, topology, toBroker }) => {
      const { deliveryTag } = command.arguments;
      unacknowledged(topology).push(() => toBroker('basic.ack', { deliveryTag }));
      return undefined;
    }),
  fromClient('queue.purge').does(() => ({ command, topology }) => {
    for (const drop of unacknowledged(topology).splice(0)) drop();
    return [command];
  }),
);

/** Queues and exchanges that were declared auto-delete. */
const temporary = perRun(() => new Set<string>());

const noted = declared
  .where(({ autoDelete }) => autoDelete)
  .does(() => ({ command, virtualHost, topology }) => {
    temporary(topology).add(keyOf(virtualHost, command));
    return undefined;
  });

export const autoDeletedWithFirstUse = mutant(
  'auto-deleted-with-first-use',
  'deletes an auto-delete queue with the first basic.get, and such an exchange with the first publish',
  noted,
  fromClient('basic.get', 'basic.publish').does(
    () =>
      ({ command, virtualHost, topology }) =>
        temporary(topology).has(keyOf(virtualHost, command)) ? [command, deletionOf(command)] : undefined,
  ),
);

export const autoDeletedWithFirstUnbinding = mutant(
  'auto-deleted-with-first-unbinding',
  'deletes an auto-delete exchange as soon as one of its bindings is removed',
  noted,
  fromClient('queue.unbind').does(() => ({ command, virtualHost, topology, answer }) => {
    const { exchange } = command.arguments;
    const key = JSON.stringify([virtualHost, 'exchange', exchange.toString()]);
    if (!temporary(topology).has(key)) return undefined;
    answer(undefined, made(command.channel, 'exchange.delete', { exchange }));
    return [];
  }),
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
