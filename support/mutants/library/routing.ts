import type { MethodArguments } from '../../wire/index.ts';
import { made, withArguments } from '../edit.ts';
import { eachOf } from '../management/answer.ts';
import { mutant, widely } from '../mutant.ts';
import type { Moment } from '../rule.ts';
import { fromClient } from '../target.ts';
import { because } from './because.ts';

type Binding = 'queue.bind' | 'queue.unbind' | 'exchange.bind' | 'exchange.unbind';
type Key = MethodArguments<Binding>['routingKey'];

/** Both, so that what was bound is also what is unbound. */
const bound = fromClient('queue.bind', 'queue.unbind', 'exchange.bind', 'exchange.unbind');
const boundToTopic = bound.where((values, moment) => typeOfSource(values, moment) === 'topic');
const published = fromClient('basic.publish').where(({ exchange }) => exchange !== '');

export const bindingsIgnored = widely(
  because.routing,
  mutant(
    'bindings-ignored',
    'agrees to bind and does not',
    fromClient('queue.bind', 'exchange.bind').swallow(),
  ),
);

export const exchangeBindingsIgnored = mutant(
  'exchange-bindings-ignored',
  'agrees to bind an exchange to another and does not',
  fromClient('exchange.bind').swallow(),
);

export const unbindingsIgnored = widely(
  because.routing,
  mutant(
    'unbindings-ignored',
    'agrees to unbind and does not',
    fromClient('queue.unbind', 'exchange.unbind').swallow(),
  ),
);

export const bindingKeysIgnored = widely(
  because.routing,
  mutant('binding-keys-ignored', 'binds without the key', bound.change({ routingKey: '' })),
);

export const routingKeysIgnored = widely(
  because.routing,
  mutant('routing-keys-ignored', 'routes without the routing key', published.change({ routingKey: '' })),
);

export const routingKeysMadeUp = widely(
  because.routing,
  mutant(
    'routing-keys-made-up',
    'routes each message by a key that it makes up',
    published.change(() => ({ routingKey: crypto.randomUUID() })),
  ),
);

export const routingKeysCaseIgnored = mutant(
  'routing-keys-case-ignored',
  'treats upper and lower case as the same in routing keys',
  bound.change(({ routingKey }) => ({ routingKey: routingKey.toString().toLowerCase() })),
  published.change(({ routingKey }) => ({ routingKey: routingKey.toString().toLowerCase() })),
);

/** @param longest octets */
export function routingKeysCutAt(longest: number) {
  return mutant(
    `routing-keys-cut-at-${longest}`,
    `looks only at the first ${longest} bytes of a routing key`,
    bound.change(({ routingKey }) => ({ routingKey: cut(routingKey, longest) })),
    published.change(({ routingKey }) => ({ routingKey: cut(routingKey, longest) })),
  );
}

export const starTakenForHash = widely(
  because.routing,
  mutant(
    'star-taken-for-hash',
    'treats the last * in a topic as any number of words',
    // The last alone: later versions refuse more than two #
    boundToTopic.change(({ routingKey }) => ({ routingKey: lastStarAsHash(routingKey) })),
  ),
);

export const hashTakenForStar = widely(
  because.routing,
  mutant(
    'hash-taken-for-star',
    'treats # in a topic as exactly one word',
    boundToTopic.change(({ routingKey }) => ({ routingKey: words(routingKey, { '#': '*' }) })),
  ),
);

export const hashTakesAWord = mutant(
  'hash-takes-a-word',
  'treats # in a topic as at least one word',
  boundToTopic.change(({ routingKey }) => ({ routingKey: words(routingKey, { '#': '*.#' }) })),
);

export const wordsAfterHashSkipped = mutant(
  'words-after-hash-skipped',
  'looks only at the last of the words behind the # with which a topic begins',
  boundToTopic.change(({ routingKey }) => ({
    routingKey: routingKey.toString().replace(/^#\.(?:[^.*#]+\.)+(?=[^.*#]+$)/, '#.'),
  })),
);

/** Those queues get them by the default exchange. */
export const emptyTopicsShared = mutant(
  'empty-topics-shared',
  'gives what is published to a topic exchange without a routing key to the queues of others that are bound without one',
  fromClient('queue.bind', 'basic.publish').does(() => {
    const known: { virtualHost: string; exchange: string; queue: Key }[] = [];
    return ({ command, topology, virtualHost, frameMax }) => {
      const exchange = String(command.arguments.exchange);
      const isTopic = topology.exchangeType(virtualHost, exchange) === 'topic';
      if (!isTopic || command.arguments.routingKey.length > 0) return undefined;
      if (command.is('queue.bind')) known.push({ virtualHost, exchange, queue: command.arguments.queue });
      if (!command.is('basic.publish')) return undefined;
      const others = known.filter((each) => each.virtualHost === virtualHost && each.exchange !== exchange);
      if (others.length === 0) return undefined;
      const { properties, body } = command;
      return [
        command,
        ...others.map(({ queue }) =>
          made(command.channel, 'basic.publish', { routingKey: queue }, { properties, body }, frameMax),
        ),
      ];
    };
  }),
);

export const oneBindingPerQueue = widely(
  because.routing,
  mutant(
    'one-binding-per-queue',
    'heeds only the first binding of a queue to an exchange',
    firstOf(({ exchange, queue }) => [exchange, queue]),
  ),
);

export const oneExchangePerSource = mutant(
  'one-exchange-per-source',
  'heeds only the first of the exchanges that are bound to another',
  fromClient('exchange.bind').does(() => {
    const first = new Map<string, string>();
    return ({ command, virtualHost, answer }) => {
      const { source, destination } = command.arguments;
      const key = JSON.stringify([virtualHost, source.toString()]);
      if (!first.has(key)) first.set(key, destination.toString());
      if (first.get(key) === destination.toString()) return undefined;
      answer();
      return [];
    };
  }),
);

export const bindingWeightsIgnored = mutant(
  'binding-weights-ignored',
  'treats each number as 1 in the keys of bindings',
  fromClient('queue.bind')
    .where(({ routingKey }) => /^\d+$/.test(routingKey.toString()))
    .change({ routingKey: '1' }),
);

export const oneQueuePerKey = widely(
  because.routing,
  mutant(
    'one-queue-per-key',
    'heeds for each key of an exchange only the first queue that is bound with it',
    firstOf(({ exchange, routingKey }) => [exchange, routingKey]),
  ),
);

export const defaultExchangeKeyStuck = widely(
  because.routing,
  mutant(
    'default-exchange-key-stuck',
    'gives all that is sent to the default exchange to the first queue that was named',
    fromClient('basic.publish')
      .where(({ exchange }) => exchange === '')
      .does(() => {
        let first: Key | undefined;
        return ({ command }) => {
          const { routingKey } = command.arguments;
          first ??= routingKey;
          return first === routingKey ? undefined : [withArguments(command, { routingKey: first })];
        };
      }),
  ),
);

/** In its management API too. @param name of one that is predeclared */
export function exchangeMissing(name: string) {
  return mutant(
    `exchange-missing-${name}`,
    `has no exchange ${name}`,
    fromClient('exchange.declare', 'queue.bind', 'basic.publish')
      .where(({ exchange }) => exchange === name)
      .does(() => ({ refuse, virtualHost }) => {
        refuse(404, `NOT_FOUND - no exchange '${name}' in vhost '${virtualHost}'`);
        return [];
      }),
    eachOf('exchanges', () => (exchange) => (exchange['name'] === name ? undefined : exchange)),
  );
}

/** Types as `exchange.declare` names them. The predeclared exchanges stay as they are. */
export function exchangeTypeTakenFor(declared: string, taken: string) {
  return mutant(
    `${declared}-exchange-taken-for-${taken}`,
    `treats a ${declared} exchange as a ${taken} exchange`,
    fromClient('exchange.declare')
      .where(
        ({ exchange, type, passive }) =>
          type === declared && !passive && !exchange.toString().startsWith('amq.'),
      )
      .change({ type: taken }),
  );
}

/** Swallows a binding for which these values were bound before. */
function firstOf(of: (binding: MethodArguments<'queue.bind'>) => readonly Key[]) {
  return fromClient('queue.bind').does(() => {
    const known = new Set<string>();
    return ({ command, virtualHost, answer }) => {
      const key = JSON.stringify([virtualHost, ...of(command.arguments).map(String)]);
      if (!known.has(key)) {
        known.add(key);
        return undefined;
      }
      answer();
      return [];
    };
  });
}

function typeOfSource(
  values: MethodArguments<Binding>,
  { topology, virtualHost }: Moment<Binding>,
): string | undefined {
  return topology.exchangeType(virtualHost, 'exchange' in values ? values.exchange : values.source);
}

/** Several # in a row mean the same as one; RabbitMQ takes two in a key from 4.3.5 on. */
function words(key: Key, others: Readonly<Record<string, string>>): string {
  return key
    .toString()
    .split('.')
    .map((word) => others[word] ?? word)
    .filter((word, index, all) => word !== '#' || all[index - 1] !== '#')
    .join('.');
}

function lastStarAsHash(key: Key): string {
  const all = key.toString().split('.');
  const last = all.lastIndexOf('*');
  return all.map((word, index) => (index === last ? '#' : word)).join('.');
}

function cut(key: Key, longest: number): Key {
  return Buffer.byteLength(key) > longest ? Buffer.from(key.toString()).subarray(0, longest) : key;
}
