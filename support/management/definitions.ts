import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, told } from './schemas.ts';

const named = listing(z.looseObject({ name: z.string() }));

/** What users are, and other lists that only the definitions of the whole broker have, is left out for one virtual host. */
const definitionsSchema = z.looseObject({
  rabbit_version: told(z.string()),
  queues: told(named),
  exchanges: told(named),
  bindings: told(
    listing(z.looseObject({ source: z.string(), destination: z.string(), routing_key: told(z.string()) })),
  ),
  policies: told(named),
  users: told(named),
  vhosts: told(named),
  permissions: told(listing(z.looseObject({ user: z.string(), vhost: told(z.string()) }))),
});

/** The definitions of the whole broker, or of one virtual host. */
export function definitionsOf(http: ManagementHttp, vhost?: string) {
  const at = vhost === undefined ? '/definitions' : path`/definitions/${vhost}`;

  return {
    export: () => http.get(at, definitionsSchema),

    /** Adds and updates, and deletes nothing. What is imported needs not come from `export`, nor be valid. */
    import: async (definitions: object): Promise<void> => {
      await http.request('POST', at, { body: definitions });
    },
  };
}
