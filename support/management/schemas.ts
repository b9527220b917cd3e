import { z } from 'zod';

/**
 * Something that the API tells of what it names. It may be absent or null, which is `undefined`, or of another form,
 * which is handed on as it is: a spec that speaks of it judges by its own assertion, and no other is disturbed. Only
 * the name itself has to be there.
 */
export function told<Value>(schema: z.ZodType<Value>) {
  return schema
    .nullish()
    .catch(({ value }) => value as Value)
    .transform((value) => value ?? undefined);
}

/** A number that is left out until the first sample, and where statistics are disabled. */
export const sampled = told(z.number());

/** Erlang has one empty list, so the API writes an empty object as `[]` in places; elsewhere it is null or left out. */
function emptyAsObject(value: unknown): unknown {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? {} : value;
}

/** An object with keys of the user's: arguments, properties, a policy's definition. Empty where the API has none. */
export const table = z.preprocess(
  emptyAsObject,
  z.record(z.string(), z.unknown()).catch(({ value }) => value as Record<string, unknown>),
);

/** An object whose keys are the API's own; empty until the first sample, and where the API has none. */
export function details<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = z.looseObject(shape);
  return z.preprocess(
    emptyAsObject,
    known.catch(({ value }) => value as z.infer<typeof known>),
  );
}

/** Tags, in whatever form a release writes them: a list, or one text with commas; none where there are none. */
export const tags = z
  .unknown()
  .optional()
  .transform((value): string[] => {
    const all = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value.map(String) : [];
    return all.filter((tag) => tag !== '');
  });

/**
 * Everything in a listing that `schema` can read. What has no name, say, is left out, so that who looks for something
 * else finds it.
 */
export function listing<Element>(schema: z.ZodType<Element>) {
  return z.array(z.unknown()).transform((elements) =>
    elements.flatMap((element) => {
      const { success, data } = schema.safeParse(element);
      return success ? [data] : [];
    }),
  );
}

/**
 * How many messages were published, delivered and so on since the queue, exchange, channel or broker
 * began. A counter is left out while it is 0. See "Message rates" in the API's reference.
 */
export const messageStats = details({
  publish: sampled,
  publish_in: sampled,
  publish_out: sampled,
  confirm: sampled,
  return_unroutable: sampled,
  drop_unroutable: sampled,
  deliver: sampled,
  deliver_no_ack: sampled,
  deliver_get: sampled,
  get: sampled,
  get_no_ack: sampled,
  get_empty: sampled,
  redeliver: sampled,
  ack: sampled,
});

/** A listing with `columns=name`, which is several times as fast as one of everything. */
export const namesSchema = listing(z.object({ name: z.string() }));
