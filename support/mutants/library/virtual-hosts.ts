import { ignored, isObject } from '../management/answer.ts';
import type { ManagementRule } from '../management/rule.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

export const virtualHostDeletionsIgnored = mutant(
  'virtual-host-deletions-ignored',
  'agrees to delete a virtual host and does not',
  ignored(['DELETE'], /^\/api\/vhosts\/[^/]+$/),
);

export const virtualHostProtectionsIgnored = mutant(
  'virtual-host-protections-ignored',
  'agrees to protect a virtual host from deletion and does not',
  ignored(['POST'], /^\/api\/vhosts\/[^/]+\/deletion\/protection$/),
);

export const onceProtectedNeverDeleted = mutant(
  'once-protected-never-deleted',
  'agrees to delete a virtual host whose protection was lifted and does not',
  () => {
    const unprotected = new Set<string>();
    return [
      {
        kind: 'management',
        begin: () => (answer) => answer,
        swallows: ({ method, path }) => {
          if (method !== 'DELETE') return false;
          const [, virtualHost] = /^(\/api\/vhosts\/[^/]+)\/deletion\/protection$/.exec(path) ?? [];
          if (virtualHost !== undefined) unprotected.add(virtualHost);
          return unprotected.has(path);
        },
      },
    ];
  },
);

export const virtualHostLimitsNeverChanged = mutant(
  'virtual-host-limits-never-changed',
  'goes on applying a limit of a virtual host as it was first set',
  () => [onceOnly(/^\/api\/vhost-limits\//)],
);

export const virtualHostLimitsNeverCleared = mutant(
  'virtual-host-limits-never-cleared',
  'goes on applying limits of virtual hosts that were cleared',
  ignored(['DELETE'], /^\/api\/vhost-limits\//),
);

/** @param limit from which on it does so */
export function declarationsCounted(limit: number) {
  return mutant(
    `declarations-counted-${limit}`,
    `counts declarations of queues instead of queues, against a limit of ${limit} in a virtual host`,
    () => {
      const declared = new Map<string, number>();
      return [
        fromClient('queue.declare')
          .where(({ passive }) => !passive)
          .does(() => ({ virtualHost, refuse }) => {
            const count = (declared.get(virtualHost) ?? 0) + 1;
            declared.set(virtualHost, count);
            if (count <= limit) return undefined;
            refuse(406, `PRECONDITION_FAILED - queue limit in vhost '${virtualHost}' (${limit}) is reached`);
            return [];
          }),
      ];
    },
  );
}

export const userLimitsIgnored = mutant(
  'user-limits-ignored',
  'takes limits of users and does not apply them',
  ignored(['PUT'], /^\/api\/user-limits\//),
);

export const userLimitsNeverCleared = mutant(
  'user-limits-never-cleared',
  'goes on applying limits of users that were cleared',
  ignored(['DELETE'], /^\/api\/user-limits\//),
);

/** What is asked again to be set is not. */
function onceOnly(paths: RegExp): ManagementRule {
  const set = new Set<string>();
  return {
    kind: 'management',
    begin: () => (answer) => answer,
    swallows: ({ method, path }) => {
      if (method !== 'PUT' || !paths.test(path)) return false;
      const again = set.has(path);
      set.add(path);
      return again;
    },
  };
}

export const newVirtualHostsIgnored = mutant(
  'new-virtual-hosts-ignored',
  'agrees to make a virtual host and does not',
  ignored(['PUT'], /^\/api\/vhosts\/[^/]+$/),
);

/** @param nth counted from 1 */
export function connectionOnlyAnswered(nth: number) {
  return mutant(
    `connection-only-answered-${nth}`,
    `agrees to connection number ${nth} and knows nothing of it`,
    fromClient('connection.open')
      .nth(nth)
      .does(() => ({ toClient }) => {
        toClient('connection.open-ok');
        return [];
      }),
  );
}

/** @param nth counted from 1, over all connections */
export function channelOnlyAnswered(nth: number) {
  return mutant(
    `channel-only-answered-${nth}`,
    `agrees to channel number ${nth} and does not open it`,
    fromClient('channel.open')
      .nth(nth)
      .does(() => ({ toClient }) => {
        toClient('channel.open-ok');
        return [];
      }),
  );
}

export function bodiesRefused(octets: number) {
  return mutant(
    `bodies-refused-${octets}`,
    `takes a message of ${octets} octets for one that is too large`,
    fromClient('basic.publish').does(() => ({ command, refuse }) => {
      if (command.body.length !== octets) return undefined;
      refuse(406, `PRECONDITION_FAILED - message size ${octets} is larger than configured`);
      return [];
    }),
  );
}

/** @param difference is added to the limit that is set */
export function virtualHostLimitOff(limit: string, difference: number) {
  return mutant(
    `virtual-host-limit-off-${limit}-${difference}`,
    `takes ${limit} of virtual hosts for ${difference} more than it is`,
    {
      kind: 'management',
      begin: () => (answer) => answer,
      sends: (body, { method, path }) =>
        method === 'PUT' &&
        /^\/api\/vhost-limits\/[^/]+\/(?<limit>[^/]+)$/.exec(path)?.groups?.['limit'] === limit &&
        isObject(body) &&
        typeof body['value'] === 'number'
          ? { ...body, value: body['value'] + difference }
          : body,
    },
  );
}
