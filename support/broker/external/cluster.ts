import { CouldNotRun, messageOf, UsageError } from '../../errors.ts';
import { ManagementClient } from '../../management/client.ts';
import type { ManagementOptions } from '../../management/http.ts';
import { askUntil } from '../../waiting/until.ts';
import {
  type Access,
  type Broker,
  type BrokerDescription,
  type Capability,
  type Cluster,
  type ClusterChange,
  type ClusterNode,
  clusterCapabilities,
  type LinkFault,
  managementAccess,
  type NodeCommand,
  type NodeName,
  nodeNames,
} from '../broker.ts';
import { Canary } from '../cluster/canary.ts';
import { expectNobodyLetIn, expectSuspended } from '../cluster/whole.ts';
import { ask } from '../handshake.ts';
import type { ExternalBroker } from './broker.ts';
import { runCommand } from './command.ts';
import { CameBack } from './came-back.ts';
import type { ExternalSettings } from './settings.ts';

/** Longest time until a cluster is whole again, in milliseconds. */
const healingMs = 120_000;
/** Longest time until the other nodes take one for gone: by default, a minute and a quarter of silence. */
const noticeMs = 90_000;
const answerMs = 5_000;

/** The commands that a capability takes: one that does it, and one that takes it back. */
const takes: Partial<Record<Capability, readonly [NodeCommand, NodeCommand]>> = {
  node_kill: ['NODE_KILL_COMMAND', 'NODE_START_COMMAND'],
  node_stop: ['NODE_STOP_COMMAND', 'NODE_START_COMMAND'],
  node_pause: ['NODE_PAUSE_COMMAND', 'NODE_RESUME_COMMAND'],
  partition: ['NODE_CUT_COMMAND', 'NODE_HEAL_COMMAND'],
  maintenance: ['NODE_DRAIN_COMMAND', 'NODE_REVIVE_COMMAND'],
};

/** What can be wrong with a node, and the command that takes it back. */
const cures = {
  down: 'NODE_START_COMMAND',
  paused: 'NODE_RESUME_COMMAND',
  cut: 'NODE_HEAL_COMMAND',
  drained: 'NODE_REVIVE_COMMAND',
} as const satisfies Record<string, NodeCommand>;
type Trouble = keyof typeof cures;

/**
 * A cluster of three nodes that somebody else started, and whose nodes are stopped, cut off and so on by commands of the
 * user's. It is left running, and whole.
 */
export class ExternalCluster implements Broker {
  readonly cluster: Cluster;
  readonly #inner: ExternalBroker;
  readonly #settings: ExternalSettings;
  readonly #nodes: readonly ClusterNode[];
  readonly #management: ManagementOptions;
  readonly #trouble = new Map<NodeName, Trouble>();
  readonly #watched = new Map<NodeName, CameBack>();
  #lost: string | undefined;

  /** @param nodes in the order of the addresses of `AMQP_URL` */
  constructor(inner: ExternalBroker, settings: ExternalSettings, nodes: readonly ClusterNode[]) {
    this.#inner = inner;
    this.#settings = settings;
    this.#nodes = nodes;
    const management = managementAccess(inner.description);
    if (management === undefined) throw withoutManagement();
    this.#management = management;
    this.cluster = {
      change: (change) => this.#change(change),
      restore: () => this.#restore(),
      control: () => inner.control(),
    };
  }

  get description(): BrokerDescription {
    const { description } = this.#inner;
    const asAWhole = 'what is done to a cluster is done to one of its nodes';
    const missing: BrokerDescription['missing'] = {
      ...description.missing,
      restart: asAWhole,
      kill: asAWhole,
      stall: 'by commands a node is cut off as a whole',
    };
    for (const capability of clusterCapabilities) {
      const lacking = takes[capability]?.filter((name) => this.#settings.nodeCommands[name] === undefined);
      if (lacking !== undefined && lacking.length > 0)
        missing[capability] = `no ${lacking.join(' and no ')} was given`;
    }
    const those = [...description.capabilities, ...clusterCapabilities];
    return {
      ...description,
      nodes: this.#nodes,
      capabilities: those.filter((name) => missing[name] === undefined),
      missing,
    };
  }

  async restart(): Promise<BrokerDescription> {
    throw new CouldNotRun('A cluster is not restarted as a whole.');
  }

  async kill(): Promise<BrokerDescription> {
    throw new CouldNotRun('A cluster is not killed as a whole.');
  }

  async control(): Promise<string> {
    return await this.#inner.control();
  }

  async log(): Promise<string> {
    return await this.#inner.log();
  }

  died(): string | undefined {
    return this.#lost ?? [...this.#watched.values()].map(({ seen }) => seen).find(Boolean);
  }

  /** @throws CouldNotRun when something that was done to it could not be taken back */
  async stop(): Promise<void> {
    try {
      await this.#restore();
    } finally {
      for (const watch of this.#watched.values()) watch.end();
      await this.#inner.stop();
    }
  }

  async #change(change: ClusterChange): Promise<void> {
    if ('kill' in change) await this.#bringDown(change.kill, 'NODE_KILL_COMMAND');
    else if ('stop' in change) await this.#bringDown(change.stop, 'NODE_STOP_COMMAND');
    else if ('start' in change) await this.#takeBack(change.start, 'down');
    else if ('pause' in change) await this.#pause(change.pause);
    else if ('resume' in change) await this.#takeBack(change.resume, 'paused');
    else if ('drain' in change) await this.#drain(change.drain);
    else if ('revive' in change) await this.#takeBack(change.revive, 'drained');
    else await this.#disturb(change.links);
  }

  async #bringDown(name: NodeName, command: NodeCommand): Promise<void> {
    await this.#do(name, command, 'down');
    await this.#untilNotRunning(name);
    const node = this.#node(name);
    await expectNobodyLetIn(name, node.amqp, this.#access);
    this.#watched.set(name, new CameBack(node, this.#access));
  }

  async #pause(name: NodeName): Promise<void> {
    await this.#do(name, 'NODE_PAUSE_COMMAND', 'paused');
    await expectSuspended(this.#node(name), this.#access);
  }

  async #drain(name: NodeName): Promise<void> {
    await this.#do(name, 'NODE_DRAIN_COMMAND', 'drained');
    await expectNobodyLetIn(name, this.#node(name).amqp, this.#access);
  }

  async #disturb(links: readonly LinkFault[]): Promise<void> {
    const isCut = (one: NodeName, other: NodeName) =>
      one === other ||
      links.some(
        ({ from, to, how }) => how === 'cut' && [from, to].includes(one) && [from, to].includes(other),
      );
    const wanted = nodeNames.filter((name) => nodeNames.every((other) => isCut(name, other)));
    if (links.some(({ from, to, how }) => how !== 'cut' || !(wanted.includes(from) || wanted.includes(to))))
      throw new CouldNotRun('By commands a node is cut off as a whole, and not from one other.');
    const cut = [...this.#trouble].flatMap(([name, trouble]) => (trouble === 'cut' ? [name] : []));
    for (const name of wanted.filter((each) => !cut.includes(each))) await this.#cutOff(name);
    for (const name of cut.filter((each) => !wanted.includes(each))) await this.#takeBack(name, 'cut');
  }

  async #cutOff(name: NodeName): Promise<void> {
    const [cut, a] = [this.#node(name), this.#node('a')];
    const ways = [
      [cut, a],
      [a, cut],
    ] as const;
    const watching = await Promise.allSettled(
      ways.map(([from, to]) => Canary.open(`${from.name} to ${to.name}`, from.amqp, to.amqp, this.#access)),
    );
    const canaries = watching.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    try {
      for (const each of watching) if (each.status === 'rejected') throw each.reason;
      await this.#do(name, 'NODE_CUT_COMMAND', 'cut');
      await Promise.all(canaries.map((canary) => canary.expectSilence()));
      await this.#untilNotRunning(name);
    } finally {
      for (const canary of canaries) canary.close();
    }
  }

  async #do(name: NodeName, command: NodeCommand, trouble: Trouble): Promise<void> {
    const before = this.#trouble.get(name);
    if (before !== undefined) throw new CouldNotRun(`Node ${name} is ${before} already.`);
    this.#trouble.set(name, trouble);
    await this.#run(name, command);
  }

  async #takeBack(name: NodeName, trouble: Trouble): Promise<void> {
    if (this.#trouble.get(name) !== trouble) throw new CouldNotRun(`Node ${name} is not ${trouble}.`);
    this.#watched.get(name)?.end();
    await this.#run(name, cures[trouble]);
    this.#trouble.delete(name);
    this.#watched.delete(name);
    if (this.#trouble.size === 0) await this.#untilWhole();
  }

  async #restore(): Promise<boolean> {
    const failed: unknown[] = [];
    for (const [name, trouble] of this.#trouble) {
      try {
        await this.#takeBack(name, trouble);
      } catch (error) {
        failed.push(error);
      }
    }
    if (failed.length === 0) return false;
    this.#lost = failed.map(messageOf).join(' ');
    throw new CouldNotRun(`The cluster does not become whole: ${this.#lost}`);
  }

  async #run(name: NodeName, variable: NodeCommand): Promise<void> {
    const command = this.#settings.nodeCommands[variable];
    if (command === undefined) throw new CouldNotRun(`No ${variable} was given.`);
    await runCommand(variable, command, { NODE: this.#settings.nodes[nodeNames.indexOf(name)] ?? name });
  }

  async #untilNotRunning(name: NodeName): Promise<void> {
    const { erlangName } = this.#node(name);
    const running = await askUntil(
      async () => await this.#running(),
      (seen) => !seen.includes(erlangName),
      { within: noticeMs, interval: 200 },
    );
    if (running.includes(erlangName))
      throw new CouldNotRun(`The management API says still that ${erlangName} runs.`);
  }

  async #untilWhole(): Promise<void> {
    const lacking = await askUntil(
      async () => await this.#whyNotWhole(),
      (why) => why === '',
      { within: healingMs, interval: 200 },
    );
    if (lacking !== '') throw new CouldNotRun(`The cluster is not whole: ${lacking}`);
  }

  async #whyNotWhole(): Promise<string> {
    try {
      const running = await this.#running();
      if (this.#nodes.some(({ erlangName }) => !running.includes(erlangName)))
        return `of its nodes ${running.join(', ')} run.`;
      for (const { amqp } of this.#nodes) await ask({ amqp, ...this.#access }, { within: answerMs });
      return '';
    } catch (error) {
      return messageOf(error);
    }
  }

  /** In Erlang's terms. */
  async #running(): Promise<string[]> {
    const management = new ManagementClient(this.#management);
    try {
      const nodes = await management.nodes.list();
      return nodes.flatMap(({ name, running }) => (running === true ? [name] : []));
    } finally {
      await management.close();
    }
  }

  get #access(): Access {
    const { username, password, virtualHost } = this.#settings.amqp;
    return { username, password, virtualHost };
  }

  #node(name: NodeName): ClusterNode {
    const node = this.#nodes.find((each) => each.name === name);
    if (node === undefined) throw new CouldNotRun(`The cluster has no node ${name}.`);
    return node;
  }
}

/** What is wrong where there is no management API. */
export function withoutManagement(): UsageError {
  return new UsageError(
    'A cluster can be tested only where its nodes tell how they are: there is no MANAGEMENT_URL of a user who may monitor.',
    'Set MANAGEMENT_URL to the management API of the node at the first address of AMQP_URL.',
  );
}
