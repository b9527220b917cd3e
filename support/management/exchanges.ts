import { z } from 'zod';
import { bindingSchema } from './bindings.ts';
import type { ManagementHttp } from './http.ts';
import { exchangeSegment, path } from './path.ts';
import { listing, messageStats, namesSchema, table, told } from './schemas.ts';

const exchangeSchema = z.looseObject({
  /** Empty for the default exchange. */
  name: z.string(),
  vhost: told(z.string()),
  type: told(z.string()),
  durable: told(z.boolean()),
  auto_delete: told(z.boolean()),
  internal: told(z.boolean()),
  arguments: table,
  policy: told(z.string()),
  message_stats: messageStats,
});

/** The exchanges of one virtual host. The default exchange is named `''`. */
export function exchangesOf(http: ManagementHttp, vhost: string) {
  const at = (name: string): string => path`/exchanges/${vhost}/${exchangeSegment(name)}`;

  return {
    list: () => http.get(path`/exchanges/${vhost}`, listing(exchangeSchema)),

    names: async (): Promise<string[]> => {
      const all = await http.get(path`/exchanges/${vhost}`, namesSchema, { query: { columns: 'name' } });
      return all.map(({ name }) => name);
    },

    get: (name: string) => http.get(at(name), exchangeSchema),

    put: (
      name: string,
      exchange: {
        type: string;
        durable?: boolean;
        auto_delete?: boolean;
        internal?: boolean;
        arguments?: Record<string, unknown>;
      },
    ) => http.put(at(name), exchange),

    /** With a condition that is not met, the API answers 400. */
    delete: (name: string, { ifUnused }: { ifUnused?: boolean } = {}) =>
      http.delete(at(name), { query: { 'if-unused': ifUnused } }),

    /** The bindings of which it is the source, or those of which it is the destination. */
    bindings: (name: string, end: 'source' | 'destination') =>
      http.get(`${at(name)}${path`/bindings/${end}`}`, listing(bindingSchema)),

    /** Publishes one message; a string travels as UTF-8, a buffer byte for byte. */
    publish: (
      name: string,
      routingKey: string,
      payload: string | Buffer,
      properties: Record<string, unknown> = {},
    ) =>
      http.post(`${at(name)}/publish`, z.looseObject({ routed: told(z.boolean()) }), {
        body: {
          routing_key: routingKey,
          properties,
          ...(typeof payload === 'string'
            ? { payload, payload_encoding: 'string' }
            : { payload: payload.toString('base64'), payload_encoding: 'base64' }),
        },
      }),
  };
}
