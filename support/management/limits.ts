import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, table } from './schemas.ts';

const limitsSchema = listing(z.looseObject({ value: table }));

/** What can be limited. */
interface Limits {
  'vhost-limits': 'max-connections' | 'max-queues';
  'user-limits': 'max-connections' | 'max-channels';
}

/** The limits of one virtual host or of one user; a limit of -1 is none. */
export function limitsOf<Kind extends keyof Limits>(http: ManagementHttp, kind: Kind, owner: string) {
  return {
    /** Those that are set. */
    get: async (): Promise<Readonly<Record<string, unknown>>> => {
      const [limits] = await http.get(path`/${kind}/${owner}`, limitsSchema);
      return { ...limits?.value };
    },

    put: (name: Limits[Kind], value: number) => http.put(path`/${kind}/${owner}/${name}`, { value }),

    delete: (name: Limits[Kind]) => http.delete(path`/${kind}/${owner}/${name}`),
  };
}
