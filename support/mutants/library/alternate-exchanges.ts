import { plain } from '../../wire/plain-table.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** They come back, and are routed all the same. */
export const alternatelyRoutedReturned = mutant(
  'alternately-routed-returned',
  'returns a mandatory message that only an alternate exchange could route',
  fromClient('exchange.declare', 'queue.bind', 'basic.publish').does(() => {
    const alternates = new Set<string>();
    const bound = new Set<string>();
    return ({ command, virtualHost, toClient }) => {
      const exchange = JSON.stringify([virtualHost, String(command.arguments.exchange)]);
      if (command.is('exchange.declare')) {
        if (alternateOf(command.arguments) !== undefined) alternates.add(exchange);
      } else if (command.is('queue.bind')) bound.add(`${exchange} ${String(command.arguments.routingKey)}`);
      else if (command.is('basic.publish')) {
        const { exchange: name, routingKey, mandatory } = command.arguments;
        if (!mandatory || !alternates.has(exchange)) return undefined;
        if (bound.has(`${exchange} ${String(routingKey)}`)) return undefined;
        toClient('basic.return', { replyCode: 312, replyText: 'NO_ROUTE', exchange: name, routingKey });
        return [command];
      }
      return undefined;
    };
  }),
);

export const missingAlternatesRefused = mutant(
  'missing-alternates-refused',
  'refuses messages to an exchange whose alternate exchange does not exist',
  fromClient('exchange.declare', 'basic.publish').does(() => {
    const alternates = new Map<string, string>();
    const declared = new Set<string>();
    return ({ command, virtualHost, refuse }) => {
      const named = (name: unknown) => JSON.stringify([virtualHost, String(name)]);
      const exchange = named(command.arguments.exchange);
      if (command.is('exchange.declare')) {
        declared.add(exchange);
        const alternate = alternateOf(command.arguments);
        if (alternate !== undefined) alternates.set(exchange, alternate);
        return undefined;
      }
      const alternate = alternates.get(exchange);
      if (alternate === undefined || declared.has(named(alternate))) return undefined;
      refuse(404, `NOT_FOUND - no exchange '${alternate}' in vhost '${virtualHost}'`);
      return [];
    };
  }),
);

function alternateOf({ arguments: given }: { arguments: Parameters<typeof plain>[0] }): string | undefined {
  const { 'alternate-exchange': alternate } = plain(given);
  return typeof alternate === 'string' ? alternate : undefined;
}
