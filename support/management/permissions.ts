import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { path } from './path.ts';
import { listing, told } from './schemas.ts';

const permissionSchema = z.looseObject({
  user: z.string(),
  vhost: told(z.string()),
  configure: told(z.string()),
  write: told(z.string()),
  read: told(z.string()),
});

const topicPermissionSchema = z.looseObject({
  user: z.string(),
  vhost: told(z.string()),
  exchange: told(z.string()),
  write: told(z.string()),
  read: told(z.string()),
});

/** What users may do in one virtual host; each permission is a regular expression, and `''` allows nothing. */
export function permissionsOf(http: ManagementHttp, vhost: string) {
  return {
    list: () => http.get(path`/vhosts/${vhost}/permissions`, listing(permissionSchema)),

    put: (user: string, permissions: { configure: string; write: string; read: string }) =>
      http.put(path`/permissions/${vhost}/${user}`, permissions),

    delete: (user: string) => http.delete(path`/permissions/${vhost}/${user}`),
  };
}

/** Which routing keys users may publish and bind with on topic exchanges of one virtual host. */
export function topicPermissionsOf(http: ManagementHttp, vhost: string) {
  return {
    list: () => http.get(path`/vhosts/${vhost}/topic-permissions`, listing(topicPermissionSchema)),

    put: (user: string, permissions: { exchange: string; write: string; read: string }) =>
      http.put(path`/topic-permissions/${vhost}/${user}`, permissions),

    /** Those on all exchanges. */
    delete: (user: string) => http.delete(path`/topic-permissions/${vhost}/${user}`),
  };
}
