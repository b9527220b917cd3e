import { z } from 'zod';
import { bindingSchema } from './bindings.ts';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { messageStats, namesSchema, sampled, table } from './schemas.ts';

const queueSchema = z.looseObject({
  name: z.string(),
  vhost: z.string(),
  durable: z.boolean(),
  auto_delete: z.boolean(),
  /** Null where the API does not say: quorum queues and streams without statistics. */
  exclusive: z.boolean().nullish(),
  arguments: table,
  /** `classic`, `quorum`, `stream`. */
  type: z.string().optional(),
  node: z.string().optional(),
  /** `running`, `idle` (3.8 to 3.x, sampled), `down`, `crashed`, `minority` … */
  state: z.string().optional(),
  policy: z.string().nullish(),
  operator_policy: z.string().nullish(),
  effective_policy_definition: table.nullish(),
  messages: sampled,
  messages_ready: sampled,
  messages_unacknowledged: sampled,
  message_bytes: sampled,
  message_bytes_ready: sampled,
  message_bytes_unacknowledged: sampled,
  memory: sampled,
  consumers: sampled,
  message_stats: messageStats.optional(),
});
type Queue = z.infer<typeof queueSchema>;

const gotMessageSchema = z.looseObject({
  payload: z.string(),
  payload_encoding: z.enum(['string', 'base64']),
  payload_bytes: z.number(),
  properties: table,
  exchange: z.string(),
  routing_key: z.string(),
  redelivered: z.boolean(),
  /** How many were left in the queue behind it. */
  message_count: z.number(),
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
  async function liveTotals(name: string): Promise<Queue | undefined> {
    const queue = await http.get(at(name), queueSchema, { query: live });
    if (queue.messages_ready !== undefined) return queue;
    const all = await http.get(path`/queues/${vhost}`, z.array(queueSchema), { query: live });
    return all.find((other) => other.name === name);
  }

  /** The counters of a queue without those that are sampled. */
  async function totals(name: string): Promise<Omit<QueueCounters, 'consumers'>> {
    const queue = await liveTotals(name);
    return {
      ready: queue?.messages_ready,
      unacknowledged: queue?.messages_unacknowledged,
      state: queue?.state,
    };
  }

  return {
    list: () => http.get(path`/queues/${vhost}`, z.array(queueSchema)),

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
    bindings: (name: string) => http.get(path`/queues/${vhost}/${name}/bindings`, z.array(bindingSchema)),

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
      http.post(path`/queues/${vhost}/${name}/get`, z.array(gotMessageSchema), {
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
