import { z } from 'zod';
import { bindingSchema } from './bindings.ts';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, messageStats, namesSchema, sampled, table, told } from './schemas.ts';

const queueSchema = z.looseObject({
  name: z.string(),
  vhost: told(z.string()),
  durable: told(z.boolean()),
  auto_delete: told(z.boolean()),
  /** Absent where the API does not say: quorum queues and streams without statistics. */
  exclusive: told(z.boolean()),
  arguments: table,
  /** `classic`, `quorum`, `stream`. */
  type: told(z.string()),
  node: told(z.string()),
  /** `running`, `idle` (3.8 to 3.x, sampled), `down`, `crashed`, `minority` … */
  state: told(z.string()),
  policy: told(z.string()),
  operator_policy: told(z.string()),
  effective_policy_definition: table,
  messages: sampled,
  messages_ready: sampled,
  messages_unacknowledged: sampled,
  message_bytes: sampled,
  message_bytes_ready: sampled,
  message_bytes_unacknowledged: sampled,
  memory: sampled,
  consumers: sampled,
  message_stats: messageStats,
});
type Queue = z.infer<typeof queueSchema>;

const gotMessageSchema = z.looseObject({
  payload: told(z.string()),
  payload_encoding: told(z.enum(['string', 'base64'])),
  payload_bytes: told(z.number()),
  properties: table,
  exchange: told(z.string()),
  routing_key: told(z.string()),
  redelivered: told(z.boolean()),
  /** How many were left in the queue behind it. */
  message_count: told(z.number()),
});

export interface QueueCounters {
  /** Messages that wait for a consumer. */
  ready: number | undefined;
  /** Messages that were delivered and await their acknowledgement. */
  unacknowledged: number | undefined;
  /** Sampled, so it lags behind: see {@link queuesOf | counters}. `undefined` until the first sample. */
  consumers: number | undefined;
  /** `running` for a healthy queue. */
  state: string | undefined;
}

/** Asks the queues themselves, instead of what was sampled of them. */
const live = { disable_stats: true, enable_queue_totals: true };

/** The queues of one virtual host. */
export function queuesOf(http: ManagementHttp, vhost: string) {
  const at = (name: string): string => path`/queues/${vhost}/${name}`;

  /** Up to 3.12 only the listing takes `enable_queue_totals`: https://github.com/rabbitmq/rabbitmq-server/issues/10314 */
  async function liveTotals(name: string): Promise<Queue> {
    const queue = await http.get(at(name), queueSchema, { query: live });
    if (typeof queue.messages_ready === 'number') return queue;
    const all = await http.get(path`/queues/${vhost}`, listing(queueSchema), { query: live });
    return all.find((other) => other.name === name) ?? queue;
  }

  /** The counters of a queue without those that are sampled. */
  async function totals(name: string): Promise<Omit<QueueCounters, 'consumers'>> {
    const queue = await liveTotals(name);
    return {
      ready: queue.messages_ready,
      unacknowledged: queue.messages_unacknowledged,
      state: queue.state,
    };
  }

  return {
    list: () => http.get(path`/queues/${vhost}`, listing(queueSchema)),

    /** The names of those that are declared now: without statistics, and without asking the queues. */
    names: async (): Promise<string[]> => {
      const all = await http.get(path`/queues/${vhost}`, namesSchema, {
        query: { disable_stats: true, columns: 'name' },
      });
      return all.map(({ name }) => name);
    },

    /** With sampled counters, which are absent until the first sample. For what is true now, see `counters`. */
    get: (name: string) => http.get(at(name), queueSchema),

    put: (
      name: string,
      queue: { durable?: boolean; auto_delete?: boolean; arguments?: Record<string, unknown> } = {},
    ) => http.put(at(name), queue),

    /** With a condition that is not met, the API answers 400. */
    delete: (name: string, { ifUnused, ifEmpty }: { ifUnused?: boolean; ifEmpty?: boolean } = {}) =>
      http.delete(at(name), { query: { 'if-unused': ifUnused, 'if-empty': ifEmpty } }),

    /** Drops the messages that are ready. */
    purge: (name: string) => http.delete(path`/queues/${vhost}/${name}/contents`),

    /** The default binding among them. */
    bindings: (name: string) => http.get(path`/queues/${vhost}/${name}/bindings`, listing(bindingSchema)),

    /** Takes messages as `basic.get` does, and then acknowledges or requeues them: by default one, which is requeued. */
    getMessages: (
      name: string,
      {
        count = 1,
        ackmode = 'ack_requeue_true',
        encoding = 'auto',
        truncate,
      }: {
        count?: number;
        ackmode?: 'ack_requeue_true' | 'ack_requeue_false' | 'reject_requeue_true' | 'reject_requeue_false';
        /** `auto`: as a string if it is UTF-8, else in base64. */
        encoding?: 'auto' | 'base64';
        /** Longer payloads are cut to this many bytes. */
        truncate?: number;
      } = {},
    ) =>
      http.post(path`/queues/${vhost}/${name}/get`, listing(gotMessageSchema), {
        body: { count, ackmode, encoding, truncate },
      }),

    /**
     * The counters of a queue. `ready`, `unacknowledged` and `state` are what a classic queue itself
     * says now. Those of a quorum queue are as of its last tick (`quorum_tick_interval`, by default
     * 5 s), and `consumers` is as of the last sample (5 s by default, or
     * `management.sample_retention_policies`, 1 s at least, plus `collect_statistics_interval`): wait
     * for these with a deadline above that, or ask with a passive `queue.declare`, which is live for
     * `ready` and `consumers`.
     */
    counters: async (name: string): Promise<QueueCounters> => {
      const [live, sample] = await Promise.all([totals(name), http.get(at(name), queueSchema)]);
      return { ...live, consumers: sample.consumers };
    },

    totals,
  };
}
