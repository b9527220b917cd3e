import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { details, messageStats, sampled, table } from './schemas.ts';

const connectionSchema = z.looseObject({
  /** The broker's own name for it: `127.0.0.1:50474 -> 127.0.0.1:5672`. */
  name: z.string(),
  vhost: z.string(),
  user: z.string(),
  node: z.string(),
  /** The client-provided name (`connection_name`). */
  user_provided_name: z.string().optional(),
  client_properties: table.optional(),
  /** `running`, `blocked`, `flow` … */
  state: z.string().optional(),
  protocol: z.string().optional(),
  ssl: z.boolean().optional(),
  channels: sampled,
  channel_max: sampled,
  frame_max: sampled,
  /** The heartbeat that was agreed, in seconds. */
  timeout: sampled,
  send_cnt: sampled,
  send_oct: sampled,
  recv_cnt: sampled,
  recv_oct: sampled,
});

const channelSchema = z.looseObject({
  name: z.string(),
  vhost: z.string(),
  user: z.string(),
  number: z.number(),
  state: z.string().optional(),
  confirm: z.boolean().optional(),
  transactional: z.boolean().optional(),
  consumer_count: sampled,
  prefetch_count: sampled,
  global_prefetch_count: sampled,
  messages_unacknowledged: sampled,
  messages_unconfirmed: sampled,
  message_stats: messageStats.optional(),
});

const consumerSchema = z.looseObject({
  consumer_tag: z.string(),
  queue: z.looseObject({ name: z.string(), vhost: z.string() }),
  channel_details: details({ connection_name: z.string(), name: z.string(), user: z.string() }),
  ack_required: z.boolean(),
  exclusive: z.boolean(),
  prefetch_count: z.number(),
  arguments: table,
  active: z.boolean().optional(),
  /** `up`, `single_active`, `waiting` … */
  activity_status: z.string().optional(),
});

/**
 * The connections of the broker. One appears here with the next sample (5 s by default), and its
 * counters are as old as the last one; it leaves the list soon after its end.
 */
export function connectionsOf(http: ManagementHttp) {
  return {
    list: () => http.get('/connections', z.array(connectionSchema)),

    /** Without statistics: those that are open now, which are the ones that limits count. Up to 3.8 as `list`. */
    tracked: () => http.get('/connections', z.array(connectionSchema), { query: { disable_stats: true } }),

    get: (name: string) => http.get(path`/connections/${name}`, connectionSchema),

    channels: (name: string) => http.get(path`/connections/${name}/channels`, z.array(channelSchema)),

    /** The client is told the reason, in `connection.close` with code 320. */
    close: (name: string, reason?: string) =>
      http.delete(
        path`/connections/${name}`,
        reason === undefined ? {} : { headers: { 'x-reason': reason } },
      ),
  };
}

/** The connections, channels and consumers in one virtual host; all of them are sampled. */
export function clientsOf(http: ManagementHttp, vhost: string) {
  return {
    connections: () => http.get(path`/vhosts/${vhost}/connections`, z.array(connectionSchema)),
    channels: () => http.get(path`/vhosts/${vhost}/channels`, z.array(channelSchema)),
    consumers: () => http.get(path`/consumers/${vhost}`, z.array(consumerSchema)),
  };
}
