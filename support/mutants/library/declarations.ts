import { inspect } from 'node:util';
import type { Command, MethodArguments } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

/** What the broker has agreed to. */
const declared = fromBroker('queue.declare-ok', 'exchange.declare-ok').where(
  (_, { request }) => isDeclaration(request) && !request.arguments.passive,
);

function isDeclaration(
  command: Command | undefined,
): command is Command<'queue.declare'> | Command<'exchange.declare'> {
  return command?.is('queue.declare') === true || command?.is('exchange.declare') === true;
}

export const passiveTakenForActive = widely(
  because.asking,
  mutant(
    'passive-taken-for-active',
    'treats a passive declaration of a queue as an ordinary one',
    fromClient('queue.declare').change({ passive: false }),
  ),
);

/** Also the type of a number on the wire. */
export const argumentsComparedByOctets = mutant(
  'arguments-compared-by-octets',
  'refuses to declare a queue or an exchange again when anything in its arguments differs',
  declared.does(() => {
    const known = new Map<string, string>();
    return ({ request, virtualHost, refuse }) => {
      if (!isDeclaration(request)) return undefined;
      const { arguments: given } = request.arguments;
      const key = JSON.stringify([virtualHost, request.name, nameOf(request.arguments)]);
      const octets = made(0, 'queue.declare', { arguments: given }).frames[0].bytes.toString('hex');
      if ((known.get(key) ?? octets) === octets) {
        known.set(key, octets);
        return undefined;
      }
      refuse(406, `PRECONDITION_FAILED - inequivalent arguments in vhost '${virtualHost}'`);
      return [];
    };
  }),
);

export const exchangeRedeclarationsRefused = mutant(
  'exchange-redeclarations-refused',
  'refuses to declare an exchange that is there, although it is declared the same',
  fromBroker('exchange.declare-ok').does(() => {
    const known = new Set<string>();
    return ({ request, virtualHost, refuse }) => {
      if (!isDeclaration(request) || request.arguments.passive) return undefined;
      const name = nameOf(request.arguments);
      const key = JSON.stringify([virtualHost, name]);
      if (!known.has(key)) {
        known.add(key);
        return undefined;
      }
      refuse(406, `PRECONDITION_FAILED - exchange '${name}' in vhost '${virtualHost}' is there already`);
      return [];
    };
  }),
);

export const exclusiveToChannel = mutant(
  'exclusive-to-channel',
  'lets only the channel that declared an exclusive queue use it',
  () => {
    /** The connection and the channel that declared each exclusive queue. */
    const owners = new Map<string, { connection: object; channel: object }>();
    return [
      fromBroker('queue.declare-ok').does(() => ({ command, request, connection, channel, virtualHost }) => {
        if (request?.is('queue.declare') === true && request.arguments.exclusive)
          owners.set(JSON.stringify([virtualHost, nameOf(command.arguments)]), { connection, channel });

        return undefined;
      }),
      fromClient(
        'queue.declare',
        'queue.bind',
        'queue.purge',
        'queue.delete',
        'basic.consume',
        'basic.get',
      ).does(() => ({ command, connection, channel, virtualHost, refuse }) => {
        const name = nameOf(command.arguments);
        const owner = owners.get(JSON.stringify([virtualHost, name]));
        // Other connections are the broker's to refuse
        if (owner?.connection !== connection || owner.channel === channel) return undefined;
        refuse(405, `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name}'`);
        return [];
      }),
    ];
  },
);

/** Of an equal declaration. */
export const redeclaredExchangesMadeAnew = mutant(
  'redeclared-exchanges-made-anew',
  'makes an exchange anew, without its bindings, when it is declared again',
  fromClient('exchange.declare').does(() => {
    const known = new Set<string>();
    return ({ command, virtualHost }) => {
      const { exchange, passive } = command.arguments;
      if (passive || exchange.toString().startsWith('amq.')) return undefined;
      const key = JSON.stringify([virtualHost, inspect(command.arguments, { depth: Infinity })]);
      if (!known.has(key)) {
        known.add(key);
        return undefined;
      }
      // First, so that it is made anew by the answer
      return [made(command.channel, 'exchange.delete', { exchange, noWait: true }), command];
    };
  }),
);

function nameOf(
  values:
    | Pick<MethodArguments<'queue.declare'>, 'queue'>
    | Pick<MethodArguments<'exchange.declare'>, 'exchange'>,
): string {
  return ('queue' in values ? values.queue : values.exchange).toString();
}

export const redeclarationsEmptyQueues = widely(
  because.redeclaring,
  mutant('redeclarations-empty-queues', 'drops what is in a queue when it is declared again', () => {
    /** Queues that were declared, but exclusive ones. */
    const before = new Set<string>();
    return [
      fromClient('queue.declare')
        .where(({ passive, exclusive, queue }) => !passive && !exclusive && queue.length > 0)
        .does(() => ({ command, virtualHost }) => {
          const { queue } = command.arguments;
          const key = JSON.stringify([virtualHost, queue.toString()]);
          if (before.has(key))
            return [made(command.channel, 'queue.purge', { queue, noWait: true }), command];
          before.add(key);
          return undefined;
        }),
      // What is gone is made anew by the next one
      fromClient('queue.delete').does(() => ({ command, virtualHost }) => {
        before.delete(JSON.stringify([virtualHost, nameOf(command.arguments)]));
        return undefined;
      }),
    ];
  }),
);
