import { z } from 'zod';
import { ManagementClient } from './client.ts';
import { ManagementError } from './error.ts';
import type { ManagementHttp, ManagementOptions } from './http.ts';
import { path } from './path.ts';
import { newRunName } from './run-name.ts';
import { listing } from './schemas.ts';

/** What a user may do by a management API: each is a capability that specs may need. */
export type ManagementCapability = 'management' | 'administration' | 'policies';

/** What a broker has of these for a user. */
export interface ManagementCapabilities {
  capabilities: ManagementCapability[];
  /** Why it lacks the others: `the user alice may not set policies (status 401: User not authorised …)`. */
  missing: Partial<Record<ManagementCapability, string>>;
}

/** Whether something is a management API for a user, as its first answer shows. */
export type FirstAnswer =
  | {
      isApi: true;
      /** The types of exchanges that the broker knows; absent where it does not tell this user. */
      exchangeTypes?: readonly string[] | undefined;
    }
  | {
      isApi: false;
      /** Whether it refused the user, so that it may be one for others. */
      refused: boolean;
      /** What goes on after its name: `refused the user alice (status 401: Login failed)`. */
      why: string;
    };

/** What was found where a management API may be, for one user. */
export type Discovery =
  | (FirstAnswer & { isApi: false })
  | (FirstAnswer & { isApi: true } & ManagementCapabilities);

/** Nothing of the API's own that every one of its kind would have is asked of it. */
const overview = z.looseObject({
  exchange_types: listing(z.looseObject({ name: z.string() }))
    .optional()
    .catch(undefined),
});

/**
 * Asks once whether something is a management API that answers this user: one that answers `GET /api/overview` or,
 * where that is forbidden, `GET /api/whoami`, with a JSON object.
 *
 * @throws CouldNotRun when nothing answers HTTP there; ManagementError when it is not available at the moment
 */
export async function askForApi(options: ManagementOptions): Promise<FirstAnswer> {
  const client = new ManagementClient(options);
  try {
    return await firstAnswer(client.http, options.username);
  } finally {
    await client.close();
  }
}

/**
 * Finds out whether something is a management API for this user, and what the user may do by it. What can be refused
 * is tried: a virtual host and a policy that nothing matches are made, and taken away at once.
 *
 * @param virtualHost in which a user has to be at home who may not make one
 * @throws CouldNotRun when nothing answers HTTP there; ManagementError when it is not available at the moment
 */
export async function discoverManagement(
  options: ManagementOptions,
  virtualHost: string,
): Promise<Discovery> {
  const client = new ManagementClient(options);
  try {
    const first = await firstAnswer(client.http, options.username);
    return first.isApi ? { ...first, ...(await rights(client, options.username, virtualHost)) } : first;
  } finally {
    await client.close();
  }
}

/** What a broker without a management API for its user has. */
export function withoutManagement(why: string): ManagementCapabilities {
  return { capabilities: [], missing: { management: why, administration: why, policies: why } };
}

async function firstAnswer(http: ManagementHttp, username: string): Promise<FirstAnswer> {
  const answer = await asked(http, '/overview');
  if (answer.is === 'object') {
    const { exchange_types: types } = overview.parse(answer.object);
    return { isApi: true, exchangeTypes: types?.map(({ name }) => name) };
  }
  if (answer.is === 'refusal') {
    if ((await asked(http, '/whoami')).is === 'object') return { isApi: true };
    return { isApi: false, refused: true, why: `refused the user ${username} (${answer.why})` };
  }
  return { isApi: false, refused: false, why: `is not a management API (GET /api/overview: ${answer.why})` };
}

type Asked = { is: 'object'; object: object } | { is: 'refusal' | 'something else'; why: string };

async function asked(http: ManagementHttp, question: string): Promise<Asked> {
  try {
    const { status, text } = await http.request('GET', question);
    const object = parsed(text);
    return object === undefined
      ? { is: 'something else', why: `status ${status}, and no JSON object` }
      : { is: 'object', object };
  } catch (error) {
    if (!(error instanceof ManagementError) || isUnavailable(error)) throw error;
    const refused = error.status === 401 || error.status === 403;
    return { is: refused ? 'refusal' : 'something else', why: statusAndReason(error) };
  }
}

async function rights(
  client: ManagementClient,
  username: string,
  virtualHost: string,
): Promise<ManagementCapabilities> {
  const own = newRunName();
  const noVirtualHosts = await refusal(client.virtualHosts.put(own));
  if (noVirtualHosts === undefined) {
    try {
      return summary(username, { policies: await refusalOfPolicies(client, own) });
    } finally {
      await refusal(client.virtualHosts.delete(own));
    }
  }
  const administration = `make virtual hosts (${noVirtualHosts})`;
  const noView = await refusal(
    client.http.request('GET', path`/queues/${virtualHost}`, { query: { columns: 'name' } }),
  );
  if (noView !== undefined) {
    const management = `see the virtual host ${virtualHost} (${noView})`;
    return summary(username, { management, administration, policies: management });
  }
  return summary(username, { administration, policies: await refusalOfPolicies(client, virtualHost) });
}

async function refusalOfPolicies(client: ManagementClient, virtualHost: string): Promise<string | undefined> {
  const name = newRunName();
  const { policies } = client.in(virtualHost);
  const refused = await refusal(
    policies.put(name, { pattern: `^${name}$`, definition: { 'message-ttl': 1_000 } }),
  );
  if (refused !== undefined) return `set policies (${refused})`;
  await refusal(policies.delete(name));
  return undefined;
}

/** @param refused what the user may not do, for each capability */
function summary(
  username: string,
  refused: Partial<Record<ManagementCapability, string | undefined>>,
): ManagementCapabilities {
  const all = ['management', 'administration', 'policies'] as const;
  const missing: ManagementCapabilities['missing'] = {};
  for (const capability of all) {
    const what = refused[capability];
    if (what !== undefined) missing[capability] = `the user ${username} may not ${what}`;
  }
  return { capabilities: all.filter((capability) => missing[capability] === undefined), missing };
}

/** `undefined` when the request is granted. */
async function refusal(request: Promise<unknown>): Promise<string | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof ManagementError && !isUnavailable(error)) return statusAndReason(error);
    throw error;
  }
}

/** Whether a proxy, a load balancer or an API that is busy has said so: nothing is known of the API then. */
function isUnavailable({ status }: ManagementError): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

function statusAndReason({ status, reason }: ManagementError): string {
  return `status ${status}${reason === undefined ? '' : `: ${reason}`}`;
}

function parsed(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
