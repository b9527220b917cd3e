import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';

const permissionSchema = z.looseObject({
  user: z.string(),
  vhost: z.string(),
  configure: z.string(),
  write: z.string(),
  read: z.string(),
});

const topicPermissionSchema = z.looseObject({
  user: z.string(),
  vhost: z.string(),
  exchange: z.string(),
  write: z.string(),
  read: z.string(),
});

/** What users may do in one virtual host; each permission is a regular expression, and `''` allows nothing. */
export function permissionsOf(http: ManagementHttp, vhost: string) {
  return {
    list: () => http.get(path`/vhosts/${vhost}/permissions`, z.array(permissionSchema)),

    put: (user: string, permissions: { configure: string; write: string; read: string }) =>
      http.put(path`/permissions/${vhost}/${user}`, permissions),

    delete: (user: string) => http.delete(path`/permissions/${vhost}/${user}`),
  };
}

/** Which routing keys users may publish and bind with on topic exchanges of one virtual host. */
export function topicPermissionsOf(http: ManagementHttp, vhost: string) {
  return {
    list: () => http.get(path`/vhosts/${vhost}/topic-permissions`, z.array(topicPermissionSchema)),

    put: (user: string, permissions: { exchange: string; write: string; read: string }) =>
      http.put(path`/topic-permissions/${vhost}/${user}`, permissions),

    /** Those on all exchanges. */
    delete: (user: string) => http.delete(path`/topic-permissions/${vhost}/${user}`),
  };
}
