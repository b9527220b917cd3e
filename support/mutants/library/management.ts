import { eachOf, ignored, isObject, type Listed } from '../management/answer.ts';
import type { Json } from '../management/rule.ts';
import { mutant } from '../mutant.ts';
import { fromBroker } from '../target.ts';

type Counter = 'messages' | 'messages_ready' | 'messages_unacknowledged' | 'consumers' | 'message_bytes';

/** It tells for each queue what it told of it first. */
export function queueCounterStuck(counter: Counter) {
  return mutant(
    `management-counter-stuck-${counter}`,
    `never updates ${counter} of a queue in its management API`,
    eachOf('queues', () => {
      const first = new Map<string, Json>();
      return (queue) => {
        const value = queue[counter];
        if (value === undefined) return queue;
        const key = JSON.stringify([queue['vhost'], queue['name']]);
        if (!first.has(key)) first.set(key, value);
        return { ...queue, [counter]: first.get(key) ?? value };
      };
    }),
  );
}

/** It tells the most consumers that it ever told of a queue. */
export const goneConsumersCounted = mutant(
  'gone-consumers-counted',
  'goes on to count the consumers of a queue that have left in its management API',
  eachOf('queues', () => {
    const most = new Map<string, number>();
    return (queue) => {
      const { consumers } = queue;
      if (typeof consumers !== 'number') return queue;
      const key = JSON.stringify([queue['vhost'], queue['name']]);
      most.set(key, Math.max(consumers, most.get(key) ?? 0));
      return { ...queue, consumers: most.get(key) ?? consumers };
    };
  }),
);

/** @param difference is added; default: 1 */
export function queueCounterWrong(counter: Counter, difference = 1) {
  return mutant(
    `management-counter-wrong-${counter}`,
    `counts ${counter} of a queue wrong in its management API`,
    eachOf('queues', () => (queue) => {
      const value = queue[counter];
      return typeof value === 'number' ? { ...queue, [counter]: Math.max(value + difference, 0) } : queue;
    }),
  );
}

export function managementFieldMissing(listed: Listed, field: string) {
  return mutant(
    `management-field-missing-${listed}-${field}`,
    `leaves out ${field} when its management API lists ${listed}`,
    eachOf(
      listed,
      () =>
        ({ [field]: _, ...others }) =>
          others,
    ),
  );
}

/** @param value what it tells whatever is true */
export function managementFieldWrong(listed: Listed, field: string, value: Json) {
  return mutant(
    `management-field-wrong-${listed}-${field}-${JSON.stringify(value)}`,
    `tells ${field} ${JSON.stringify(value)} of all ${listed} in its management API`,
    eachOf(listed, () => (object) => ({ ...object, [field]: value })),
  );
}

/** It tells for each what it told of it first. */
export function managementFieldStuck(listed: Listed, field: string) {
  return mutant(
    `management-field-stuck-${listed}-${field}`,
    `never updates ${field} of ${listed} in its management API`,
    eachOf(listed, () => {
      const first = new Map<string, Json>();
      return (object) => {
        const key = JSON.stringify([object['vhost'], object['name']]);
        const value = first.get(key) ?? object[field];
        if (value === undefined) return object;
        first.set(key, value);
        return { ...object, [field]: value };
      };
    }),
  );
}

export function managementEntryMissing(listed: Listed) {
  return mutant(
    `management-entry-missing-${listed}`,
    `leaves ${listed} out when its management API lists them`,
    eachOf(listed, () => () => undefined),
  );
}

export const exchangeTypesUnmarked = mutant(
  'exchange-types-unmarked',
  'has a type of exchanges of its own that is called pyramid',
  eachOf('overview', () => (overview) => {
    const { exchange_types: types } = overview;
    return Array.isArray(types) ? { ...overview, exchange_types: [...types, { name: 'pyramid' }] } : overview;
  }),
);

export const exclusiveQueuesShownDurable = mutant(
  'exclusive-queues-shown-durable',
  'tells in its management API of exclusive queues that they are durable',
  eachOf('queues', () => (queue) => (queue['exclusive'] === true ? { ...queue, durable: true } : queue)),
);

/** What its management API is asked to delete; virtual hosts and users are excepted. */
export const managementDeletionsIgnored = mutant(
  'management-deletions-ignored',
  'agrees in its management API to delete a queue or an exchange and does not',
  ignored(['DELETE'], /^\/api\/(queues|exchanges)\/[^/]+\/[^/]+$/),
);

/** On the channel that declared it. */
export const managementDeletionsUnchecked = mutant(
  'management-deletions-unchecked',
  'deletes a queue for whoever asks its management API to',
  () => {
    const deletions = new Map<string, () => void>();
    return [
      fromBroker('queue.declare-ok')
        .where((_, { request }) => request?.is('queue.declare') === true && !request.arguments.passive)
        .does(() => ({ command, virtualHost, toBroker }) => {
          const { queue } = command.arguments;
          const path = [virtualHost, queue.toString()].map(encodeURIComponent).join('/');
          deletions.set(`/api/queues/${path}`, () => toBroker('queue.delete', { queue, noWait: true }));
          return undefined;
        }),
      {
        kind: 'management',
        swallows: ({ method, path }) => {
          const deletion = method === 'DELETE' ? deletions.get(path) : undefined;
          deletion?.();
          return deletion !== undefined;
        },
        begin: () => (answer) => answer,
      },
    ];
  },
);

export const managementPurgesIgnored = mutant(
  'management-purges-ignored',
  'agrees in its management API to purge a queue and does not',
  ignored(['DELETE'], /^\/api\/queues\/[^/]+\/[^/]+\/contents$/),
);

/** With nothing in the answer. */
export const quorumStatusUnchecked = mutant(
  'quorum-status-unchecked',
  'answers whoever asks its management API for the state of a quorum queue',
  ignored(['GET'], /^\/api\/queues\/quorum\/[^/]+\/[^/]+\/status$/),
);

export const policiesIgnored = mutant(
  'policies-ignored',
  'takes policies and does not apply them',
  ignored(['PUT'], /^\/api\/policies\//),
);

export const policyDeletionsIgnored = mutant(
  'policy-deletions-ignored',
  'goes on applying policies that were deleted',
  ignored(['DELETE'], /^\/api\/policies\//),
);

export const virtualHostLimitsIgnored = mutant(
  'virtual-host-limits-ignored',
  'takes limits of virtual hosts and does not apply them',
  ignored(['PUT'], /^\/api\/vhost-limits\//),
);

/** @param component of which it is a parameter: `federation-upstream`, `shovel` … */
export function parameterSettingAssumed(component: string, setting: string, value: Json) {
  return mutant(
    `parameter-setting-assumed-${component}-${setting}-${JSON.stringify(value)}`,
    `takes ${setting} of each ${component} for ${JSON.stringify(value)}`,
    {
      kind: 'management',
      begin: () => (answer) => answer,
      sends: (body, { method, path }) =>
        method === 'PUT' &&
        path.startsWith(`/api/parameters/${component}/`) &&
        isObject(body) &&
        isObject(body['value'] ?? null)
          ? { ...body, value: { ...(body['value'] as Record<string, Json>), [setting]: value } }
          : body,
    },
  );
}
