import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { limitsOf } from './limits.ts';
import { path } from './path.ts';
import { listing, tags, told } from './schemas.ts';

const userSchema = z.looseObject({
  name: z.string(),
  password_hash: told(z.string()),
  hashing_algorithm: told(z.string()),
  /** `administrator`, `monitoring`, `policymaker`, `management`, `impersonator`, or one's own. */
  tags,
});

/** The users of the broker. */
export function usersOf(http: ManagementHttp) {
  return {
    list: () => http.get('/users', listing(userSchema)),

    get: (name: string) => http.get(path`/users/${name}`, userSchema),

    /** A user without tags can't use the management API. */
    put: (
      name: string,
      { tags = [], ...secret }: ({ password: string } | { password_hash: string }) & { tags?: string[] },
    ) => http.put(path`/users/${name}`, { ...secret, tags: tags.join(',') }),

    delete: (name: string) => http.delete(path`/users/${name}`),

    limits: (name: string) => limitsOf(http, 'user-limits', name),
  };
}
