import type { Json, ManagementRule } from './rule.ts';

/** An object of the API: a queue, an exchange … */
export type JsonObject = { [key: string]: Json };

/** What the management API lists under these names: `GET /api/queues/…`. */
export type Listed =
  | 'queues'
  | 'exchanges'
  | 'bindings'
  | 'connections'
  | 'channels'
  | 'consumers'
  | 'nodes'
  | 'overview'
  | 'vhosts'
  | 'users'
  | 'permissions'
  | 'policies';

/**
 * Changes each object that a GET tells of, in a list, on a page of one, or alone.
 *
 * @param begin is called once for each run of a proxy, and may remember something; what it gives changes an
 * object, or with `undefined` leaves it out of its list
 */
export function eachOf(
  listed: Listed,
  begin: () => (object: JsonObject) => JsonObject | undefined,
): ManagementRule {
  return {
    kind: 'management',
    begin: () => {
      const change = begin();
      const each = (items: Json[]): Json[] =>
        items.flatMap((item) => (isObject(item) ? (change(item) ?? []) : item));
      return (answer, { method, path }) => {
        if (method !== 'GET' || listedBy(path) !== listed) return answer;
        if (Array.isArray(answer)) return each(answer);
        if (!isObject(answer)) return answer;
        const { items } = answer;
        if (Array.isArray(items)) return { ...answer, items: each(items) };
        return change(answer) ?? answer;
      };
    },
  };
}

/**
 * Requests that the API agrees to, and does not do.
 *
 * @param path of the whole path from `/api` on
 */
export function ignored(methods: readonly string[], path: RegExp): ManagementRule {
  return {
    kind: 'management',
    begin: () => (answer) => answer,
    swallows: (request) => methods.includes(request.method) && path.test(request.path),
  };
}

/** What a path tells of: `/api/queues/%2F/tasks` of queues, `/api/queues/%2F/tasks/bindings` of bindings. */
export function listedBy(path: string): string | undefined {
  const [, , first, , third, fourth] = path.split('/');
  if (first === 'vhosts') return third ?? first;
  if (first === 'queues' || first === 'exchanges') return fourth ?? first;
  return first;
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
