import { z } from 'zod';

/** Erlang has one empty list, so the API writes an empty object as `[]` in places. */
function emptyListAsObject(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value;
}

/** An object with keys of the user's: arguments, properties, a policy's definition. */
export const table = z.preprocess(emptyListAsObject, z.record(z.string(), z.unknown()));

/** An object that is empty until the first sample. */
export function details<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(emptyListAsObject, z.looseObject(shape).partial());
}

/** Left out until the first sample, and where statistics are disabled. */
export const sampled = z.number().optional();

/**
 * How many messages were published, delivered and so on since the queue, exchange, channel or broker
 * began. A counter is left out while it is 0. See "Message rates" in the API's reference.
 */
export const messageStats = details({
  publish: z.number(),
  publish_in: z.number(),
  publish_out: z.number(),
  confirm: z.number(),
  return_unroutable: z.number(),
  drop_unroutable: z.number(),
  deliver: z.number(),
  deliver_no_ack: z.number(),
  deliver_get: z.number(),
  get: z.number(),
  get_no_ack: z.number(),
  get_empty: z.number(),
  redeliver: z.number(),
  ack: z.number(),
});

/** A listing with `columns=name`, which is several times as fast as one of everything. */
export const namesSchema = z.array(z.object({ name: z.string() }));
