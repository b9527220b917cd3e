import { made } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { perChannel } from './remember.ts';

const declared = fromClient('queue.declare').where(({ passive }) => !passive);

/** @param argument of a queue that has the other one too: `x-max-length` and `x-max-length-bytes` */
export function queueArgumentLostBeside(argument: string, other: string) {
  return mutant(
    `queue-argument-lost-${argument}-beside-${other}`,
    `ignores the argument ${argument} of queues that have ${other}`,
    declared
      .where(({ arguments: given }) => given.some(([key]) => key === other))
      .change(({ arguments: given }) => ({ arguments: given.filter(([key]) => key !== argument) })),
  );
}

/** What is published to queues by the default exchange. */
export const expirationsBehindIgnored = mutant(
  'expirations-behind-ignored',
  'does not heed the expiration of a message behind one that never expires',
  () => {
    const blocked = new Set<string>();
    return [
      fromClient('basic.publish')
        .where(({ exchange }) => exchange.toString() === '')
        .changeProperties((given, { command, virtualHost }) => {
          const key = JSON.stringify([virtualHost, command.arguments.routingKey.toString()]);
          if (given.expiration === undefined) blocked.add(key);
          if (!blocked.has(key)) return given;
          const { expiration: _, ...others } = given;
          return others;
        }),
    ];
  },
);

/** What is published to it by the default exchange. */
export const zeroTtlNeverDelivered = mutant(
  'zero-ttl-never-delivered',
  'delivers nothing of a queue whose message TTL is 0, although a consumer is ready',
  () => {
    const { rule, has } = queuesOfZeroTtl();
    return [
      rule,
      fromBroker('basic.deliver')
        .where(
          ({ exchange, routingKey }, { virtualHost }) =>
            exchange.toString() === '' && has(virtualHost, routingKey),
        )
        .does(() => lose),
    ];
  },
);

/** What is published to it by the default exchange. */
export const zeroTtlReturned = mutant(
  'zero-ttl-returned',
  'returns a mandatory message for a queue whose message TTL is 0 as one that no queue gets',
  () => {
    const { rule, has } = queuesOfZeroTtl();
    return [
      rule,
      fromClient('basic.publish')
        .where(({ mandatory, routingKey }, { virtualHost }) => mandatory && has(virtualHost, routingKey))
        .does(() => ({ command, toClient }) => {
          const { exchange, routingKey } = command.arguments;
          const { properties, body } = command;
          const returned = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey };
          toClient('basic.return', returned, { properties, body });
          return [command];
        }),
    ];
  },
);

/** The proxy deletes it. */
export const expiringQueuesGoInUse = mutant(
  'expiring-queues-go-in-use',
  'deletes a queue when the time of its x-expires has passed since it was declared, although it is used',
  () => {
    const ends = perChannel(() => new Set<NodeJS.Timeout>());
    const noMore = fromClient('channel.close').does(() => ({ channel }) => {
      for (const end of ends(channel)) clearTimeout(end);
      return undefined;
    });
    return [
      declared.does(() => ({ command, channel, ask }) => {
        const { queue, arguments: given } = command.arguments;
        const lease = given.find(([key]) => key === 'x-expires')?.[1];
        if (lease === undefined) return undefined;
        const end = setTimeout(
          () => ask(made(command.channel, 'queue.delete', { queue })),
          Number(lease.value),
        ).unref();
        ends(channel).add(end);
        return [command];
      }),
      noMore,
    ];
  },
);

export const publishedAheadOfTheCommit = mutant(
  'published-ahead-of-the-commit',
  'publishes at once what a transaction has not committed yet',
  fromClient('tx.select', 'tx.commit').swallow(),
);

export const policiesForQueuesThatAreThereIgnored = mutant(
  'policies-for-queues-that-are-there-ignored',
  'does not apply a policy that is set when queues are there already',
  () => {
    const used = new Set<string>();
    return [
      declared.does(() => ({ virtualHost }) => {
        used.add(encodeURIComponent(virtualHost));
        return undefined;
      }),
      {
        kind: 'management',
        begin: () => (answer) => answer,
        swallows: ({ method, path }) =>
          method === 'PUT' && used.has(/^\/api\/policies\/([^/]+)\//.exec(path)?.[1] ?? ''),
      },
    ];
  },
);

export const policiesNeverChanged = mutant(
  'policies-never-changed',
  'goes on applying a policy as it was when it is set anew',
  () => {
    const set = new Set<string>();
    return [
      {
        kind: 'management',
        begin: () => (answer) => answer,
        swallows: ({ method, path }) => {
          if (method !== 'PUT' || !path.startsWith('/api/policies/')) return false;
          const again = set.has(path);
          set.add(path);
          return again;
        },
      },
    ];
  },
);

/** Takes note of the queues that are declared with a message TTL of 0. */
function queuesOfZeroTtl() {
  const queues = new Set<string>();
  const keyOf = (virtualHost: string, queue: { toString(): string }): string =>
    JSON.stringify([virtualHost, queue.toString()]);
  const rule = declared.does(() => ({ command, virtualHost }) => {
    const { queue, arguments: given } = command.arguments;
    const lived = given.find(([key]) => key === 'x-message-ttl')?.[1];
    if (lived !== undefined && Number(lived.value) === 0) queues.add(keyOf(virtualHost, queue));
    return undefined;
  });
  return {
    rule,
    has: (virtualHost: string, queue: { toString(): string }) => queues.has(keyOf(virtualHost, queue)),
  };
}
