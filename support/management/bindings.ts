import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { exchangeSegment, path } from './path.ts';
import { listing, table, told } from './schemas.ts';

export const bindingSchema = z.looseObject({
  /** Empty for the default exchange. */
  source: z.string(),
  vhost: told(z.string()),
  destination: z.string(),
  destination_type: told(z.enum(['queue', 'exchange'])),
  routing_key: told(z.string()),
  arguments: table,
  /** Tells bindings between the same two ends apart. */
  properties_key: told(z.string()),
});

export interface Ends {
  source: string;
  destination: string;
  destination_type: 'queue' | 'exchange';
}

/** The bindings of one virtual host. Those of one queue or exchange: `queues.bindings`, `exchanges.bindings`. */
export function bindingsOf(http: ManagementHttp, vhost: string) {
  const between = ({ source, destination, destination_type }: Ends): string =>
    path`/bindings/${vhost}/e/${exchangeSegment(source)}/${destination_type === 'queue' ? 'q' : 'e'}/${destination}`;

  return {
    /** All of them, the default bindings of the queues too. */
    list: () => http.get(path`/bindings/${vhost}`, listing(bindingSchema)),

    /** Gives the properties key that the answer's `Location` ends with. */
    create: async (
      ends: Ends,
      {
        routing_key = '',
        arguments: args = {},
      }: { routing_key?: string; arguments?: Record<string, unknown> } = {},
    ): Promise<{ properties_key: string }> => {
      const { headers } = await http.request('POST', between(ends), {
        body: { routing_key, arguments: args },
      });
      return {
        properties_key: decodeURIComponent(
          String(headers['location'] ?? '')
            .split('/')
            .at(-1) ?? '',
        ),
      };
    },

    delete: (binding: Ends & { properties_key: string }) =>
      http.delete(between(binding) + path`/${binding.properties_key}`),
  };
}
