import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, table, told } from './schemas.ts';

const policySchema = z.looseObject({
  name: z.string(),
  vhost: told(z.string()),
  pattern: told(z.string()),
  'apply-to': told(z.string()),
  priority: told(z.number()),
  definition: table,
});

/** The policies of one virtual host, or its operator policies. */
export function policiesOf(http: ManagementHttp, vhost: string, kind: 'policies' | 'operator-policies') {
  const at = (name: string): string => path`/${kind}/${vhost}/${name}`;

  return {
    list: () => http.get(path`/${kind}/${vhost}`, listing(policySchema)),

    get: (name: string) => http.get(at(name), policySchema),

    put: (
      name: string,
      policy: {
        pattern: string;
        definition: Record<string, unknown>;
        /** Default: 0. */
        priority?: number;
        /** Default: `all`. */
        'apply-to'?: 'all' | 'queues' | 'classic_queues' | 'quorum_queues' | 'streams' | 'exchanges';
      },
    ) => http.put(at(name), policy),

    delete: (name: string) => http.delete(at(name)),
  };
}
