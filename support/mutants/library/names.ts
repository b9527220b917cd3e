import type { MethodArguments } from '../../wire/index.ts';
import { withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

type Name = MethodArguments<'queue.declare'>['queue'];

/** The methods that speak of a queue that is there. */
const onQueues = [
  'queue.bind',
  'queue.unbind',
  'queue.purge',
  'queue.delete',
  'basic.consume',
  'basic.get',
] as const;

const nameless = fromClient(...onQueues).where(({ queue }) => queue.length === 0);

export const lastDeclaredForgotten = mutant(
  'last-declared-forgotten',
  'does not remember which queue was declared last on a channel',
  nameless.does(() => ({ refuse }) => {
    refuse(404, 'NOT_FOUND - no previously declared queue');
    return [];
  }),
);

export const firstDeclaredRemembered = mutant(
  'first-declared-remembered',
  'treats an empty name as that of the queue that was declared first on the channel',
  () => {
    /** By channel. */
    const first = new WeakMap<object, Name>();
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, channel }) => {
        if (!first.has(channel)) first.set(channel, command.arguments.queue);
        return undefined;
      }),
      nameless.change(({ queue }, { channel }) => ({ queue: first.get(channel) ?? queue })),
    ];
  },
);

export const lastDeclaredSharedByChannels = mutant(
  'last-declared-shared-by-channels',
  'treats an empty name as that of the queue that was declared last on any channel of the connection',
  () => {
    /** By connection. */
    const last = new WeakMap<object, Name>();
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, connection }) => {
        last.set(connection, command.arguments.queue);
        return undefined;
      }),
      nameless.change(({ queue }, { connection }) => ({ queue: last.get(connection) ?? queue })),
    ];
  },
);

/** @param longest octets */
export function queueNamesCutAt(longest: number) {
  return mutant(
    `queue-names-cut-at-${longest}`,
    `looks only at the first ${longest} bytes of a queue's name`,
    ...named((name) => Buffer.from(name.toString()).subarray(0, longest)),
  );
}

export const queueNamesInAscii = mutant(
  'queue-names-in-ascii',
  'treats all characters that are not ASCII as the same in the names of queues',
  ...named((name) => name.toString().replaceAll(/\P{ASCII}/gu, '?')),
);

export const colonsInQueueNamesIgnored = mutant(
  'colons-in-queue-names-ignored',
  'treats colons as periods in the names of queues',
  ...named((name) => name.toString().replaceAll(':', '.')),
);

export const colonsInExchangeNamesIgnored = mutant(
  'colons-in-exchange-names-ignored',
  'treats colons as periods in the names of exchanges',
  fromClient('exchange.declare', 'exchange.delete', 'queue.bind', 'queue.unbind', 'basic.publish').change(
    ({ exchange }) => ({ exchange: exchange.toString().replaceAll(':', '.') }),
  ),
);

export const reservedNamesNeverFound = widely(
  because.redeclaring,
  mutant(
    'reserved-names-never-found',
    'refuses a name that begins with amq. even to a client that asks for what is there',
    fromClient('queue.declare')
      .where(({ queue, passive }) => passive && queue.toString().startsWith('amq.'))
      .does(() => ({ command, refuse }) => {
        refuse(403, reserved('queue', command.arguments.queue));
        return [];
      }),
    fromClient('exchange.declare')
      .where(({ exchange, passive }) => !passive && exchange.toString().startsWith('amq.'))
      .does(() => ({ command, refuse }) => {
        refuse(403, reserved('exchange', command.arguments.exchange));
        return [];
      }),
  ),
);

function reserved(what: string, name: Name): string {
  return `ACCESS_REFUSED - ${what} name '${name.toString()}' contains reserved prefix 'amq.*'`;
}

/** Wherever a client names a queue. */
function named(to: (name: Name) => Name) {
  return [
    fromClient('queue.declare', ...onQueues).change(({ queue }) => ({ queue: to(queue) })),
    fromClient('basic.publish')
      .where(({ exchange }) => exchange.length === 0)
      .change(({ routingKey }) => ({ routingKey: to(routingKey) })),
  ];
}

const withoutName = fromClient('queue.declare').where(({ passive, queue }) => !passive && queue === '');

export const serverNamesUnmarked = mutant(
  'server-names-unmarked',
  'makes up names for queues that look as if a client had',
  withoutName.change(() => ({ queue: `queue-${crypto.randomUUID()}` })),
);

export const serverNamesRepeated = widely(
  because.naming,
  mutant(
    'server-names-repeated',
    'gives all queues without a name the same one',
    withoutName.does(() => {
      // From 4.3 on RabbitMQ refuses queues for everybody that are not durable
      const queue = `amq-gen-${crypto.randomUUID()}`;
      return ({ command }) => [withArguments(command, { queue, exclusive: false, durable: true })];
    }),
  ),
);
