import pLimit from 'p-limit';
import { type BrokerDescription, managementAccess } from '../broker/broker.ts';
import { type Made, takeAway } from '../broker/take-away.ts';
import { messageOf } from '../errors.ts';
import { ManagementClient } from '../management/client.ts';
import { ManagementError } from '../management/error.ts';
import { patiently } from '../management/patiently.ts';
import { madeAt } from '../management/run-name.ts';

/** How long what another run has made is taken for that of one which still runs, in milliseconds. */
const deadAfterMs = 3_600_000;
/** For one answer, and for all tries of one request, in milliseconds. */
const patience = { each: 10_000, within: 20_000 };
/** For everything, in milliseconds. */
const longestMs = 180_000;

/** Something on the broker that is to go. */
interface Leftover {
  /** `the queue brokerproof-….queue-1` */
  title: string;
  name: string;
  remove: () => Promise<void>;
}

/** What a clear-up came to. */
export interface ClearedUp {
  /** How many things went that other runs had left. */
  others: number;
  /** What of this run or another stays, each with why. */
  stays: { title: string; why: string; ours: boolean }[];
}

/**
 * Takes away what a run has made on a broker that goes on living, and what runs left that died more than an hour ago, as
 * far as the management API lists it.
 *
 * @param run begins the names of what this run made
 * @param made by AMQP, and not known to be gone
 */
export async function clearUp(
  broker: BrokerDescription,
  run: string,
  made: readonly Made[],
): Promise<ClearedUp> {
  const { amqp, username, password, virtualHost } = broker;
  const byAmqp = await takeAway({ amqp, username, password, virtualHost }, made);
  const stays: ClearedUp['stays'] = byAmqp.map(({ kind, name, why }) => ({
    title: `the ${kind} ${name}`,
    why,
    ours: true,
  }));
  const access = managementAccess(broker);
  if (access === undefined || !broker.capabilities.includes('management')) return { others: 0, stays };

  const time = AbortSignal.timeout(longestMs);
  const management = new ManagementClient({ ...access, timeoutMs: patience.each });
  const insist = async <Answer>(request: () => Promise<Answer>) =>
    await patiently(request, { within: patience.within, signal: time });
  try {
    const leftovers = (await insist(() => listed(management, broker))).filter(({ name }) =>
      isToGo(name, run),
    );
    let others = 0;
    await pLimit(4).map(leftovers, async ({ title, name, remove }) => {
      const ours = name.startsWith(`${run}.`);
      try {
        await insist(remove);
        if (!ours) others += 1;
      } catch (error) {
        if (error instanceof ManagementError && error.status === 404) return;
        stays.push({ title, why: messageOf(error), ours });
      }
    });
    return { others, stays };
  } catch (error) {
    stays.push({ title: 'whatever the management API would list', why: messageOf(error), ours: true });
    return { others: 0, stays };
  } finally {
    await management.close();
  }
}

function isToGo(name: string, run: string): boolean {
  if (name.startsWith(`${run}.`)) return true;
  const at = madeAt(name);
  return at !== undefined && Date.now() - at > deadAfterMs;
}

/** All that a user can see and take away in whose names a run can be. */
async function listed(management: ManagementClient, broker: BrokerDescription): Promise<Leftover[]> {
  const here = management.in(broker.virtualHost);
  const kinds: [string, { names: () => Promise<string[]>; delete: (name: string) => Promise<void> }][] = [
    ['queue', here.queues],
    ['exchange', here.exchanges],
  ];
  const named = (resources: {
    list: () => Promise<{ name: string }[]>;
    delete: (name: string) => Promise<void>;
  }) => ({
    names: async () => (await resources.list()).map(({ name }) => name),
    delete: resources.delete,
  });
  if (broker.capabilities.includes('policies')) kinds.push(['policy', named(here.policies)]);
  if (broker.capabilities.includes('administration'))
    kinds.push(['virtual host', named(management.virtualHosts)], ['user', named(management.users)]);
  const all = await Promise.all(
    kinds.map(async ([kind, resources]) =>
      (await resources.names()).map((name) => ({
        title: `the ${kind} ${name}`,
        name,
        remove: () => resources.delete(name),
      })),
    ),
  );
  return all.flat();
}
