import { z } from 'zod';
import { type LinkFault, type NodeName, nodeNames } from '../broker/broker.ts';
import { type BrokerChange, settingChanged, whileChanged } from './broker-change.ts';
import type { BrokerForSpec } from './broker-for-spec.ts';

/** The nodes of a replicated queue; none where it is not there. */
interface Members {
  members: NodeName[];
  leader: NodeName | undefined;
}

/** Of a queue that is not replicated, and of one whose leader is not known, it is an empty text. */
const listedQueues = z.array(
  z.object({ name: z.string(), members: z.array(z.string()).catch([]), leader: z.string().catch('') }),
);

/**
 * The cluster under test, as a spec sees it. What is done to it is done once for all specs of the file, which meet there;
 * it is over when its nodes and a client have witnessed it. Of its nodes `a` stays as it is.
 */
export class ClusterOnStage {
  readonly #broker: BrokerForSpec;
  readonly #virtualHost: () => Promise<string>;

  /** @param virtualHost in which the spec's queues are */
  constructor(broker: BrokerForSpec, virtualHost: () => Promise<string>) {
    this.#broker = broker;
    this.#virtualHost = virtualHost;
  }

  /** Runs `rabbitmqctl` for a node. */
  async control(node: NodeName, ...args: string[]): Promise<string> {
    this.#broker.need('ctl');
    return await this.#broker.aside(() => this.#broker.underTest.controlNode(node, ...args));
  }

  /**
   * Runs a story while all nodes have another setting of their application `rabbit`, as far as they run; the same for all
   * stories of a file. For claims that need `ctl`.
   *
   * @param value an Erlang term: `ignore`
   */
  async whileSet(name: string, value: string, story: () => Promise<void>): Promise<void> {
    await this.whileChanged(settingChanged(name, value), story);
  }

  /** The same while Erlang expressions have changed them. */
  async whileChanged(change: BrokerChange, story: () => Promise<void>): Promise<void> {
    this.#broker.need('ctl');
    const { underTest, aside, recorder } = this.#broker;
    const control = async (...args: string[]): Promise<string> => {
      const [ofA, ...others] = nodeNames.map(async (node) => await underTest.controlNode(node, ...args));
      await Promise.allSettled(others);
      return (await ofA) ?? '';
    };
    const changed = (): Promise<void> => recorder.whileBrokerIsChanged(story);
    await whileChanged({ control }, aside, change, changed, { meeting: true });
  }

  /**
   * On which nodes replicated queues have their members, and their leader, as `rabbitmqctl list_queues` tells; for claims
   * that need `ctl`.
   *
   * @see https://www.rabbitmq.com/docs/man/rabbitmqctl.8#list_queues
   */
  async membersOf(queues: readonly string[]): Promise<Members[]> {
    const virtualHost = await this.#virtualHost();
    const listing = ['list_queues', '-p', virtualHost, '--silent', '--formatter', 'json'];
    const told = await this.control('a', ...listing, 'name', 'members', 'leader');
    const listed = listedQueues.parse(JSON.parse(told));
    const known = this.#broker.description.nodes ?? [];
    const named = (nodes: readonly string[]) =>
      known.flatMap(({ name, erlangName }) => (nodes.includes(erlangName) ? [name] : []));
    return queues.map((queue) => {
      const { members = [], leader = '' } = listed.find(({ name }) => name === queue) ?? {};
      return { members: named(members), leader: named([leader])[0] };
    });
  }

  /** Kills a node with SIGKILL. */
  async kill(node: NodeName): Promise<void> {
    await this.#broker.change('node_kill', `kill ${node}`, { kill: node });
  }

  /** Stops a node gracefully. */
  async stop(node: NodeName): Promise<void> {
    await this.#broker.change('node_stop', `stop ${node}`, { stop: node });
  }

  /** Starts a node that was killed or stopped; it is over when the cluster is whole. */
  async start(node: NodeName): Promise<void> {
    await this.#broker.change('cluster', `start ${node}`, { start: node });
  }

  /** Suspends a node (SIGSTOP). */
  async pause(node: NodeName): Promise<void> {
    await this.#broker.change('node_pause', `pause ${node}`, { pause: node });
  }

  /** Lets a suspended node go on; it is over when the cluster is whole. */
  async resume(node: NodeName): Promise<void> {
    await this.#broker.change('node_pause', `resume ${node}`, { resume: node });
  }

  /** Cuts all links of a node. */
  async cutOff(node: NodeName): Promise<void> {
    const others = nodeNames.filter((other) => other !== node);
    const links = others.map((other) => ({ from: node, to: other, how: 'cut' as const }));
    await this.#broker.change('partition', `cut ${node} off`, { links });
  }

  /** Disturbs single links, in place of those that were disturbed. */
  async disturb(links: readonly LinkFault[]): Promise<void> {
    const needed = links.some(({ how }) => how === 'stalled') ? 'stall' : 'partition';
    const told = links.map(({ from, to, how }) => `${how} ${from} ${how === 'cut' ? '–' : '→'} ${to}`);
    await this.#broker.change(needed, told.join(', '), { links });
  }

  /** Takes back all that is wrong with links; it is over when the cluster is whole. */
  async heal(): Promise<void> {
    await this.#broker.change('cluster', 'heal', { links: [] });
  }

  /** Puts a node into maintenance mode. */
  async drain(node: NodeName): Promise<void> {
    await this.#broker.change('maintenance', `drain ${node}`, { drain: node });
  }

  /** Ends the maintenance mode of a node. */
  async revive(node: NodeName): Promise<void> {
    await this.#broker.change('maintenance', `revive ${node}`, { revive: node });
  }
}
