import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { details, listing, messageStats, sampled, told } from './schemas.ts';

const overviewSchema = z.looseObject({
  rabbitmq_version: told(z.string()),
  erlang_version: told(z.string()),
  cluster_name: told(z.string()),
  node: told(z.string()),
  /** Empty where statistics are disabled. */
  object_totals: details({
    connections: sampled,
    channels: sampled,
    consumers: sampled,
    exchanges: sampled,
    queues: sampled,
  }),
  queue_totals: details({
    messages: sampled,
    messages_ready: sampled,
    messages_unacknowledged: sampled,
  }),
  message_stats: messageStats,
  exchange_types: told(listing(z.looseObject({ name: z.string() }))),
  /** Absent for a user who may not monitor. */
  listeners: told(listing(z.looseObject({ protocol: told(z.string()), port: told(z.number()) }))),
});

const nodeSchema = z.looseObject({
  name: z.string(),
  running: told(z.boolean()),
  mem_used: sampled,
  mem_limit: sampled,
  mem_alarm: told(z.boolean()),
  disk_free: told(z.union([z.number(), z.string()])),
  disk_free_limit: sampled,
  disk_free_alarm: told(z.boolean()),
});

const healthSchema = z.looseObject({ status: told(z.string()), reason: told(z.string()) });

/** The broker as a whole. */
export function overviewOf(http: ManagementHttp) {
  return http.get('/overview', overviewSchema);
}

/** The nodes of the broker; what is sampled of a node is absent until the first sample. */
export function nodesOf(http: ManagementHttp) {
  return {
    list: () => http.get('/nodes', listing(nodeSchema)),
    get: (name: string) => http.get(path`/nodes/${name}`, nodeSchema),
  };
}

/** A health check by the rest of its path: `alarms`, `port-listener/5672`. One that fails (503) gives its reason. */
export async function healthOf(
  http: ManagementHttp,
  check: string,
): Promise<{ healthy: boolean; reason: string | undefined }> {
  const { status, reason } = await http.get(`/health/checks/${check}`, healthSchema, { accept: [503] });
  return { healthy: status === 'ok', reason };
}
