import { isObject, type JsonObject, type Listed, listedBy } from '../management/answer.ts';
import type { Json, ManagementRule } from '../management/rule.ts';
import { mutant } from '../mutant.ts';

export const listsInOtherOrder = mutant(
  'management-lists-in-other-order',
  'lists in its management API what it has in another order',
  answers((answer) => {
    if (Array.isArray(answer)) return answer.toReversed();
    if (isObject(answer) && Array.isArray(answer['items']))
      return { ...answer, items: answer['items'].toReversed() };
    return answer;
  }),
);

/** Fields of which no claim speaks, by what they tell of. */
const unspoken: Partial<Record<Listed, readonly string[]>> = {
  overview: [
    'cluster_name',
    'cluster_tags',
    'contexts',
    'erlang_full_version',
    'erlang_version',
    'listeners',
    'management_version',
    'node',
    'node_tags',
    'product_name',
    'product_version',
    'rates_mode',
    'sample_retention_policies',
  ],
  queues: [
    'backing_queue_status',
    'consumer_utilisation',
    'effective_policy_definition',
    'garbage_collection',
    'head_message_timestamp',
    'idle_since',
    'members',
    'memory',
    'node',
    'online',
    'operator_policy',
    'policy',
    'recoverable_slaves',
    'reductions',
    'storage_version',
  ],
  exchanges: ['policy', 'user_who_performed_action'],
  connections: ['auth_mechanism', 'connected_at', 'host', 'node', 'port', 'reductions', 'type'],
  channels: ['idle_since', 'node', 'pending_raft_commands', 'reductions'],
  consumers: ['arguments'],
  nodes: [
    'applications',
    'auth_mechanisms',
    'contexts',
    'exchange_types',
    'log_files',
    'metrics_gc_queue_length',
  ],
  users: ['limits', 'password_hash', 'hashing_algorithm'],
  vhosts: ['cluster_state', 'default_queue_type', 'description', 'message_stats', 'metadata', 'tracing'],
};

/** Every other field that nobody speaks of is null, and the others are not there at all. */
export const fieldsOther = mutant(
  'management-fields-other',
  'has other fields in the answers of its management API, lacks some, and has null where RabbitMQ has something empty',
  answers((answer, listed) => {
    const spare = unspoken[listed as Listed] ?? [];
    return each(answer, (object) => {
      const kept = Object.entries(object).flatMap(([name, value]): [string, Json][] => {
        const place = spare.indexOf(name);
        if (place >= 0) return place % 2 === 0 ? [] : [[name, null]];
        if (name === 'tags' && Array.isArray(value) && value.length === 0) return [[name, '']];
        return [[name, isEmptyTable(name, value) ? null : value]];
      });
      return { ...Object.fromEntries(kept), eccentric: { since: 1_789, fond_of: ['trains'] } };
    });
  }),
);

export const overheadCounted = mutant(
  'management-overhead-counted',
  'counts what it needs to keep a message among the bytes of the messages in its management API',
  answers((answer, listed) =>
    listed === 'queues'
      ? each(answer, (queue) =>
          Object.fromEntries(
            Object.entries(queue).map(([name, value]) => [name, withOverhead(queue, name, value)]),
          ),
        )
      : answer,
  ),
);

/** In octets, of each message. */
const overhead = 40;

export const defaultExchangeRenamed = mutant(
  'management-default-exchange-renamed',
  'shows the default exchange under a name of its own in its management API',
  answers((answer, listed) => {
    const field = { exchanges: 'name', bindings: 'source' }[listed ?? ''];
    return field === undefined
      ? answer
      : each(answer, (object) => (object[field] === '' ? { ...object, [field]: '(AMQP default)' } : object));
  }),
);

/** Changes what is answered to each GET. @param to is told of what the path tells */
function answers(to: (answer: Json, listed: string | undefined) => Json): ManagementRule {
  return {
    kind: 'management',
    begin:
      () =>
      (answer, { method, path }) =>
        method === 'GET' ? to(answer, listedBy(path)) : answer,
  };
}

/** Of a list, a page of one, or a thing alone. */
function each(answer: Json, to: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(answer)) return answer.map((item) => (isObject(item) ? to(item) : item));
  if (!isObject(answer)) return answer;
  return Array.isArray(answer['items']) ? { ...answer, items: each(answer['items'], to) } : to(answer);
}

/** The API writes an empty table as a list at times. */
function isEmptyTable(name: string, value: Json): boolean {
  if (name !== 'arguments' && name !== 'effective_policy_definition') return false;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function withOverhead(queue: JsonObject, name: string, value: Json): Json {
  const counted = /^message_bytes(?<which>_ready|_unacknowledged|)$/.exec(name)?.groups?.['which'];
  const messages = counted === undefined ? undefined : queue[`messages${counted}`];
  // The two are sampled each at its own time
  const counts = typeof value === 'number' && value > 0 && typeof messages === 'number';
  return counts ? value + overhead * messages : value;
}
