import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';

const virtualHostSchema = z.looseObject({
  name: z.string(),
  tracing: z.boolean(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  default_queue_type: z.string().optional(),
});

/** The virtual hosts of the broker. */
export function virtualHostsOf(http: ManagementHttp) {
  return {
    list: () => http.get('/vhosts', z.array(virtualHostSchema)),

    get: (name: string) => http.get(path`/vhosts/${name}`, virtualHostSchema),

    /** The user who asks for it gets all permissions in it. */
    put: (
      name: string,
      virtualHost: {
        description?: string;
        tags?: string;
        default_queue_type?: string;
        tracing?: boolean;
      } = {},
    ) => http.put(path`/vhosts/${name}`, virtualHost),

    /** With everything in it, and its connections. */
    delete: (name: string) => http.delete(path`/vhosts/${name}`),
  };
}
