import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { details, listing, messageStats, sampled, table, told } from './schemas.ts';

const connectionSchema = z.looseObject({
  /** The broker's own name for it: `127.0.0.1:50474 -> 127.0.0.1:5672`. */
  name: z.string(),
  vhost: told(z.string()),
  user: told(z.string()),
  node: told(z.string()),
  /** The client-provided name (`connection_name`). */
  user_provided_name: told(z.string()),
  client_properties: table,
  /** `running`, `blocked`, `flow` … */
  state: told(z.string()),
  protocol: told(z.string()),
  ssl: told(z.boolean()),
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
  vhost: told(z.string()),
  user: told(z.string()),
  number: told(z.number()),
  state: told(z.string()),
  confirm: told(z.boolean()),
  transactional: told(z.boolean()),
  consumer_count: sampled,
  prefetch_count: sampled,
  global_prefetch_count: sampled,
  messages_unacknowledged: sampled,
  messages_unconfirmed: sampled,
  message_stats: messageStats,
});

const consumerSchema = z.looseObject({
  consumer_tag: z.string(),
  queue: details({ name: told(z.string()), vhost: told(z.string()) }),
  channel_details: details({
    connection_name: told(z.string()),
    name: told(z.string()),
    user: told(z.string()),
  }),
  ack_required: told(z.boolean()),
  exclusive: told(z.boolean()),
  prefetch_count: told(z.number()),
  arguments: table,
  active: told(z.boolean()),
  /** `up`, `single_active`, `waiting` … */
  activity_status: told(z.string()),
});

/**
 * The connections of the broker. One appears here with the next sample (5 s by default), and its
 * counters are as old as the last one; it leaves the list soon after its end.
 */
export function connectionsOf(http: ManagementHttp) {
  return {
    list: () => http.get('/connections', listing(connectionSchema)),

    get: (name: string) => http.get(path`/connections/${name}`, connectionSchema),

    channels: (name: string) => http.get(path`/connections/${name}/channels`, listing(channelSchema)),

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
    connections: () => http.get(path`/vhosts/${vhost}/connections`, listing(connectionSchema)),
    channels: () => http.get(path`/vhosts/${vhost}/channels`, listing(channelSchema)),
    consumers: () => http.get(path`/consumers/${vhost}`, listing(consumerSchema)),
  };
}
