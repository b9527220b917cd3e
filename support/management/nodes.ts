import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { details, messageStats, sampled } from './schemas.ts';

const overviewSchema = z.looseObject({
  rabbitmq_version: z.string(),
  erlang_version: z.string(),
  cluster_name: z.string(),
  node: z.string(),
  /** Absent where statistics are disabled. */
  object_totals: details({
    connections: z.number(),
    channels: z.number(),
    consumers: z.number(),
    exchanges: z.number(),
    queues: z.number(),
  }).optional(),
  queue_totals: details({
    messages: z.number(),
    messages_ready: z.number(),
    messages_unacknowledged: z.number(),
  }).optional(),
  message_stats: messageStats.optional(),
  exchange_types: z.array(z.looseObject({ name: z.string() })),
  /** Absent for a user who may not monitor. */
  listeners: z.array(z.looseObject({ protocol: z.string(), port: z.number() })).optional(),
});

const nodeSchema = z.looseObject({
  name: z.string(),
  running: z.boolean(),
  mem_used: sampled,
  mem_limit: sampled,
  mem_alarm: z.boolean().optional(),
  disk_free: z.union([z.number(), z.string()]).optional(),
  disk_free_limit: sampled,
  disk_free_alarm: z.boolean().optional(),
});

const healthSchema = z.looseObject({ status: z.string(), reason: z.string().optional() });

/** The broker as a whole. */
export function overviewOf(http: ManagementHttp) {
  return http.get('/overview', overviewSchema);
}

/** The nodes of the broker; what is sampled of a node is absent until the first sample. */
export function nodesOf(http: ManagementHttp) {
  return {
    list: () => http.get('/nodes', z.array(nodeSchema)),
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
