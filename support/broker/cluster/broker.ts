import { CouldNotRun } from '../../errors.ts';
import {
  type Broker,
  type BrokerDescription,
  type Capability,
  capabilities,
  type Cluster,
  type ClusterChange,
  type LinkFault,
  type NodeName,
  nodeNames,
  type ProviderName,
} from '../broker.ts';
import { administrator } from '../rabbitmq/configuration.ts';
import { Canary } from './canary.ts';
import type { Made, Member } from './member.ts';
import { expectNobodyLetIn, expectSuspended, untilApart, untilWhole } from './whole.ts';

/** Longest time until a cluster is whole that was just started or healed, in milliseconds. */
const healingMs = 60_000;
/** The same where nothing but a look is needed, or it may never be. */
const briefMs = 20_000;
/** The same for a node that was suspended: where Mnesia took it for gone, it stays divided. */
const resumedMs = 10_000;
const evaluationMs = 30_000;
const attempts = 2;

/** How a provider makes clusters, and tells of them. */
export interface ClusterProvider {
  provider: ProviderName;
  /** Where the broker comes from, for people: `Debian packages`. */
  origin: string;
  environment: BrokerDescription['environment'];
  /** What can't be done with clusters of this provider, and why. */
  missing: BrokerDescription['missing'];
  /** Three nodes that answer; whether they have found each other is seen by who asks. */
  make(signal: AbortSignal): Promise<Made>;
}

/** What no cluster can do that is a broker of its own. */
const notOfClusters: BrokerDescription['missing'] = {
  restart: 'a cluster is not restarted as a whole',
  kill: 'a cluster is not killed as a whole',
  tls: 'the nodes of a cluster have no TLS listener that is shown to specs',
  guest: 'the nodes of a cluster listen on loopback alone',
};

/**
 * Starts a cluster of three nodes.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @throws CouldNotRun when the nodes do not come up, or do not find each other
 */
export async function startCluster(provider: ClusterProvider, signal: AbortSignal): Promise<Broker> {
  return new ClusterBroker(provider, await makeWhole(provider, signal));
}

async function makeWhole(provider: ClusterProvider, signal: AbortSignal): Promise<Made> {
  for (let attempt = 1; ; attempt += 1) {
    const made = await provider.make(signal);
    try {
      await untilWhole(made.members, accessTo(made), briefMs);
      return made;
    } catch (error) {
      await made.remove();
      signal.throwIfAborted();
      // Nodes that start at once may each begin a cluster of their own
      if (attempt === attempts) throw error;
    }
  }
}

function accessTo({ password }: Made) {
  return { username: administrator, password, virtualHost: '/' };
}

class ClusterBroker implements Broker {
  readonly cluster: Cluster;
  readonly #provider: ClusterProvider;
  readonly #stopping = new AbortController();
  readonly #down = new Set<NodeName>();
  readonly #paused = new Set<NodeName>();
  readonly #drained = new Set<NodeName>();
  #links: readonly LinkFault[] = [];
  #made: Made;
  #remaking: Promise<Made> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(provider: ClusterProvider, made: Made) {
    this.#provider = provider;
    this.#made = made;
    this.cluster = {
      change: (change) => this.#change(change),
      restore: () => this.#restore(),
      control: (node, args) => this.#member(node).control(args),
    };
  }

  get description(): BrokerDescription {
    const { provider, origin, environment, missing: notOfProvider } = this.#provider;
    const { members, identity, managementUrl } = this.#made;
    const { name, product, version, platform } = identity;
    const missing = { ...notOfClusters, ...notOfProvider };
    const isThere = (capability: string): capability is Capability =>
      missing[capability as Capability] === undefined;
    return {
      provider,
      title: `${name} ${version}, ${provider} (${['three nodes', origin, platform].filter(Boolean).join(', ')})`,
      product,
      version,
      amqp: members[0].amqp,
      nodes: members.map(({ name, erlangName, amqp }) => ({ name, erlangName, amqp })),
      managementUrl,
      ...accessTo(this.#made),
      capabilities: Object.keys(capabilities).filter(isThere),
      missing,
      environment,
    };
  }

  async restart(): Promise<BrokerDescription> {
    throw new CouldNotRun(`The broker can't be restarted: ${notOfClusters.restart}.`);
  }

  async kill(): Promise<BrokerDescription> {
    throw new CouldNotRun(`The broker can't be killed: ${notOfClusters.kill}.`);
  }

  async control(args: readonly string[]): Promise<string> {
    return await this.#made.members[0].control(args);
  }

  async log(since: number): Promise<string> {
    const logs = await Promise.all(
      this.#made.members.map(async (member) => `Node ${member.name}:\n${await member.log(since)}`),
    );
    return logs.join('\n');
  }

  died(): string | undefined {
    if (this.#remaking !== undefined) return undefined;
    const dead = this.#made.members.find(({ name, end }) => end !== undefined && !this.#down.has(name));
    return dead === undefined ? undefined : `node ${dead.name} ended: ${dead.end}`;
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    await this.#stopped;
  }

  async #remove(): Promise<void> {
    this.#stopping.abort(new CouldNotRun('The cluster was stopped.'));
    await this.#made.remove();
    const other = await this.#remaking?.catch(() => undefined);
    await other?.remove();
  }

  async #change(change: ClusterChange): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    if ('kill' in change) await this.#bringDown(this.#member(change.kill), 'kill');
    else if ('stop' in change) await this.#bringDown(this.#member(change.stop), 'stop');
    else if ('start' in change) await this.#start(this.#member(change.start));
    else if ('pause' in change) await this.#pause(this.#member(change.pause));
    else if ('resume' in change) await this.#resume(this.#member(change.resume));
    else if ('drain' in change) await this.#drain(this.#member(change.drain));
    else if ('revive' in change) await this.#revive(this.#member(change.revive));
    else await this.#disturb(change.links);
  }

  async #bringDown(member: Member, how: 'kill' | 'stop'): Promise<void> {
    if (this.#down.has(member.name)) throw new CouldNotRun(`Node ${member.name} is down already.`);
    this.#down.add(member.name);
    await member[how]();
    await Promise.all([
      ...this.#others(member).map((other) => untilApart(other, member)),
      expectNobodyLetIn(member.name, member.amqp, accessTo(this.#made)),
    ]);
  }

  async #start(member: Member): Promise<void> {
    if (!this.#down.has(member.name)) throw new CouldNotRun(`Node ${member.name} is not down.`);
    await member.boot(this.#stopping.signal);
    this.#down.delete(member.name);
    await this.#wholeAgain(healingMs);
  }

  async #pause(member: Member): Promise<void> {
    await member.pause();
    this.#paused.add(member.name);
    await expectSuspended(member, accessTo(this.#made));
  }

  async #resume(member: Member): Promise<void> {
    await member.resume();
    this.#paused.delete(member.name);
    await this.#wholeAgain(resumedMs);
  }

  async #drain(member: Member): Promise<void> {
    await member.evaluate('rabbit_maintenance:drain()', evaluationMs);
    this.#drained.add(member.name);
    const told = await member.evaluate(
      'rabbit_maintenance:is_being_drained_local_read(node())',
      evaluationMs,
    );
    if (told.trim() !== 'true')
      throw new CouldNotRun(`Node ${member.name} is not in maintenance mode: ${told}`);
    await expectNobodyLetIn(member.name, member.amqp, accessTo(this.#made));
  }

  async #revive(member: Member): Promise<void> {
    await member.evaluate('rabbit_maintenance:revive()', evaluationMs);
    this.#drained.delete(member.name);
    await this.#wholeAgain(briefMs);
  }

  async #disturb(links: readonly LinkFault[]): Promise<void> {
    // What is wrong already has been witnessed
    const ways = links
      .filter((link) => !this.#links.some((known) => JSON.stringify(known) === JSON.stringify(link)))
      .flatMap(({ from, to, how }) => [{ from, to }, ...(how === 'cut' ? [{ from: to, to: from }] : [])]);
    const access = accessTo(this.#made);
    const watching = await Promise.allSettled(
      ways.map(({ from, to }) =>
        Canary.open(`${from} to ${to}`, this.#member(from).amqp, this.#member(to).amqp, access),
      ),
    );
    const canaries = watching.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    try {
      const failed = watching.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      this.#links = links;
      const apart = ways.flatMap(
        ({ from, to }) =>
          [
            [from, to],
            [to, from],
          ] as const,
      );
      const held = ways.length === 0 ? [] : this.#othersThan(links);
      await this.#made.disturb([...links, ...held]);
      const untilAllApart = async () => {
        await Promise.all(apart.map(([one, other]) => untilApart(this.#member(one), this.#member(other))));
        if (held.length > 0) await this.#made.disturb(links);
      };
      await Promise.all([untilAllApart(), ...canaries.map((canary) => canary.expectSilence())]);
    } finally {
      for (const canary of canaries) canary.close();
    }
    if (links.length === 0) await this.#wholeAgain(healingMs);
  }

  /**
   * All links but these, as long as nodes have not all noticed that they do not hear each other: RabbitMQ takes a node that
   * one other still hears for partially partitioned, and then leaves that one too.
   *
   * @see https://www.rabbitmq.com/docs/3.13/partitions#partial-partitions
   */
  #othersThan(links: readonly LinkFault[]): LinkFault[] {
    if (this.#provider.missing.stall !== undefined || links.some(({ how }) => how !== 'cut')) return [];
    const isCut = (one: NodeName, other: NodeName) =>
      links.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));
    return nodeNames.flatMap((from) =>
      nodeNames.flatMap((to) =>
        from === to || isCut(from, to) ? [] : [{ from, to, how: 'stalled' as const }],
      ),
    );
  }

  /** Waits until the cluster is whole, unless something else is to be wrong still. */
  async #wholeAgain(within: number): Promise<void> {
    if (this.#isDisturbed) return;
    await untilWhole(this.#made.members, accessTo(this.#made), within);
  }

  get #isDisturbed(): boolean {
    return this.#down.size > 0 || this.#paused.size > 0 || this.#drained.size > 0 || this.#links.length > 0;
  }

  async #restore(): Promise<boolean> {
    this.#stopping.signal.throwIfAborted();
    try {
      if (this.died() !== undefined) throw new CouldNotRun(`The cluster is not whole: ${this.died()}`);
      const disturbedMs = this.#isDisturbed ? healingMs : briefMs;
      const within = this.#paused.size > 0 ? resumedMs : disturbedMs;
      for (const name of this.#paused) await this.#member(name).resume();
      this.#paused.clear();
      if (this.#links.length > 0) await this.#made.disturb([]);
      this.#links = [];
      for (const name of this.#drained)
        await this.#member(name).evaluate('rabbit_maintenance:revive()', evaluationMs);
      this.#drained.clear();
      const dead = [...this.#down].map((name) => this.#member(name)).filter(({ end }) => end !== undefined);
      await Promise.all(dead.map((member) => member.boot(this.#stopping.signal)));
      this.#down.clear();
      await untilWhole(this.#made.members, accessTo(this.#made), within);
      return false;
    } catch {
      this.#stopping.signal.throwIfAborted();
    }
    for (const set of [this.#paused, this.#drained, this.#down]) set.clear();
    this.#links = [];
    await this.#made.remove();
    this.#remaking = makeWhole(this.#provider, this.#stopping.signal);
    try {
      this.#made = await this.#remaking;
      return true;
    } finally {
      this.#remaking = undefined;
    }
  }

  #member(name: NodeName): Member {
    const member = this.#made.members.find((each) => each.name === name);
    if (member === undefined) throw new CouldNotRun(`The cluster has no node ${name}.`);
    return member;
  }

  #others(member: Member): Member[] {
    const silent = (name: NodeName) => this.#down.has(name) || this.#paused.has(name);
    return this.#made.members.filter((other) => other !== member && !silent(other.name));
  }
}
