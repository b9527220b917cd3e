import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { limitsOf } from './limits.ts';
import { path } from './path.ts';

const userSchema = z.looseObject({
  name: z.string(),
  password_hash: z.string(),
  hashing_algorithm: z.string(),
  /** `administrator`, `monitoring`, `policymaker`, `management`, `impersonator`, or one's own. */
  tags: z
    .union([z.array(z.string()), z.string()])
    .transform((tags) => (typeof tags === 'string' ? tags.split(',').filter((tag) => tag !== '') : tags)),
});

/** The users of the broker. */
export function usersOf(http: ManagementHttp) {
  return {
    list: () => http.get('/users', z.array(userSchema)),

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
