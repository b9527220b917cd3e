import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, tags, told } from './schemas.ts';

const virtualHostSchema = z.looseObject({
  name: z.string(),
  tracing: told(z.boolean()),
  description: told(z.string()),
  tags,
  default_queue_type: told(z.string()),
});

/** The virtual hosts of the broker. */
export function virtualHostsOf(http: ManagementHttp) {
  return {
    list: () => http.get('/vhosts', listing(virtualHostSchema)),

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

    /** Nobody can delete it until it is unprotected. */
    protect: async (name: string): Promise<void> => {
      await http.request('POST', path`/vhosts/${name}/deletion/protection`);
    },

    unprotect: (name: string) => http.delete(path`/vhosts/${name}/deletion/protection`),
  };
}
