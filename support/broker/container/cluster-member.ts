import type { ContainerRuntimeClient } from 'testcontainers';

import { CouldNotRun } from '../../errors.ts';
import { waitUntilAnswering } from '../answering.ts';
import { type Address, type NodeName, nodeNames } from '../broker.ts';
import type { Member } from '../cluster/member.ts';
import type { Relays } from '../cluster/relays.ts';
import type { BrokerIdentity } from '../handshake.ts';
import { tail } from '../node/log.ts';
import { administrator, netTickSeconds } from '../rabbitmq/configuration.ts';
import { orders, virtualHostsStarted } from '../rabbitmq/told-by-lines.ts';
import { EngineContainer } from './engine-container.ts';
import { engineInTime } from './engine-in-time.ts';
import { containerPorts, type ContainerFiles, makeContainerFiles } from './files.ts';
import type { Network } from './network.ts';
import { ToldNode, toldThere } from './told-node.ts';

const bootDeadlineMs = 120_000;
const stopDeadlineMs = 60_000;
/** On which a node listens for others, and where a port mapper is asked that is not ours. */
const [distributionPort, usualPortMapper] = [25_672, 4_369];
const answerMs = 30_000;
const cookieVariable = 'RABBITMQ_ERLANG_COOKIE';

/** An Erlang expression that lets a node write its cookie to the file in which `rabbitmqctl` looks for it. */
const cookieKept = [
  'File = filename:join(os:getenv("HOME"), ".erlang.cookie")',
  'file:delete(File)',
  'ok = file:write_file(File, atom_to_list(erlang:get_cookie()))',
  'file:change_mode(File, 8#400)',
].join(', ');

/** What the nodes of a cluster have in common. */
export interface Common {
  engine: ContainerRuntimeClient;
  image: string;
  network: Network;
  /** Between the nodes; absent: they reach each other directly. */
  relays: Relays | undefined;
  /** Whether they look for each other once only before they begin a cluster. */
  looksOnce: boolean;
  password: string;
  cookie: string;
}

/** A node of a cluster in a container of its own. */
export class ContainerMember implements Member {
  readonly name: NodeName;
  readonly erlangName: string;
  readonly #common: Common;
  readonly #container: EngineContainer;
  readonly #files: ContainerFiles;
  #addresses: { amqp: Address; management: Address } | undefined;
  #node: ToldNode;

  private constructor(name: NodeName, common: Common, container: EngineContainer, files: ContainerFiles) {
    this.name = name;
    this.erlangName = erlangNameOf(name);
    this.#common = common;
    this.#container = container;
    this.#node = new ToldNode(container, `Node ${name}`);
    this.#files = files;
  }

  static async prepare(name: NodeName, common: Common): Promise<ContainerMember> {
    const { engine, looksOnce, password } = common;
    const nodes = nodeNames.map(erlangNameOf);
    const files = await makeContainerFiles(password, { nodes, management: name === 'a', looksOnce });
    return new ContainerMember(name, common, await EngineContainer.prepare(engine), files);
  }

  get amqp(): Address {
    return this.#reached.amqp;
  }

  get managementUrl(): string {
    const { host, port } = this.#reached.management;
    return `http://${host}:${port}`;
  }

  get end(): string | undefined {
    return this.#container.end;
  }

  /** Makes the container, and waits until the node answers. */
  async create(signal: AbortSignal): Promise<BrokerIdentity> {
    const { image, network, relays, cookie } = this.#common;
    const others = nodeNames.filter((name) => name !== this.name);
    const created = this.#container.create(
      {
        image,
        files: this.#files.contents,
        environment: {
          ...this.#files.environment,
          RABBITMQ_NODENAME: this.erlangName,
          [cookieVariable]: cookie,
          RABBITMQ_DIST_PORT: String(distributionPort),
          // The others reach it
          ERL_ZFLAGS: '',
          ERL_EPMD_PORT: String(relays?.portMappers[this.name] ?? usualPortMapper),
          ...toldThere(['+S 1:1', `-kernel net_ticktime ${netTickSeconds}`]),
        },
        ports: Object.values(containerPorts),
        network: network.id,
        alias: hostOf(this.name),
        // Here the names of all others are ours, where each node asks on a port of its own
        hosts:
          relays === undefined
            ? []
            : others.map(hostOf).map((host) => ({ host, ipAddress: network.gateway })),
        input: true,
      },
      signal,
    );
    await engineInTime('make a container', created);
    const identity = await this.#answering(signal);
    await this.evaluate(cookieKept, answerMs);
    return identity;
  }

  async boot(signal: AbortSignal): Promise<BrokerIdentity> {
    this.#node = new ToldNode(this.#container, `Node ${this.name}`);
    await this.#container.start();
    return await this.#answering(signal);
  }

  async kill(): Promise<void> {
    await this.#container.kill();
    await this.#common.relays?.forget(this.name);
  }

  async stop(): Promise<void> {
    await this.#node.tell(orders.stop);
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<string>((resolve) => {
      late = setTimeout(() => resolve(`it runs ${stopDeadlineMs / 1_000} s later`), stopDeadlineMs);
    });
    const end = await Promise.race([this.#container.ended(), tooLate]);
    clearTimeout(late);
    await this.#common.relays?.forget(this.name);
    if (end !== 'exit code 0')
      throw new CouldNotRun(`Node ${this.name} did not stop gracefully: ${end}.\n${tail(await this.log(0))}`);
  }

  async pause(): Promise<void> {
    await this.#container.pause();
  }

  async resume(): Promise<void> {
    await this.#container.resume();
  }

  async evaluate(expression: string, within: number): Promise<string> {
    return await this.#node.evaluate(expression, within);
  }

  async control(args: readonly string[]): Promise<string> {
    // Up to 3.13 it prints that it does not like the variable
    const command = ['env', '-u', cookieVariable, 'rabbitmqctl', ...args];
    const { stdout, stderr, exitCode } = await this.#container.run(command);
    if (exitCode !== 0) {
      throw new CouldNotRun(
        `rabbitmqctl ${args.join(' ')}: exit code ${exitCode}\n${stderr.trim() || stdout.trim()}`,
      );
    }
    return stdout.trimEnd();
  }

  async log(since: number): Promise<string> {
    return await this.#container.log(since);
  }

  async remove(): Promise<void> {
    await this.#container.remove();
    await this.#files.remove();
  }

  get #reached(): { amqp: Address; management: Address } {
    if (this.#addresses === undefined) throw new CouldNotRun('The container has no addresses.');
    return this.#addresses;
  }

  async #answering(signal: AbortSignal): Promise<BrokerIdentity> {
    const { network, relays, password } = this.#common;
    const published = [containerPorts.amqp, containerPorts.management];
    const [amqp, management] = await this.#container.addresses(published);
    if (amqp === undefined || management === undefined)
      throw new CouldNotRun('The container has no addresses.');
    this.#addresses = { amqp, management };
    if (relays !== undefined) {
      const host = await this.#container.addressOn(network.id);
      const portMapper = { host, port: relays.portMappers[this.name] };
      await relays.tell(this.name, { host, port: distributionPort }, portMapper);
    }
    // It is answered when the node has started; why one does not start is told below
    await this.evaluate(virtualHostsStarted, bootDeadlineMs).catch(() => undefined);
    return await waitUntilAnswering({
      amqp,
      username: administrator,
      password,
      virtualHost: '/',
      ...(this.name === 'a' ? { managementUrl: this.managementUrl } : {}),
      deadlineMs: bootDeadlineMs,
      signal,
      ended: async () => (this.end === undefined ? undefined : `${this.end}\n${tail(await this.log(0))}`),
    });
  }
}

function hostOf(name: NodeName): string {
  return `node-${name}`;
}

/** Before the @ too each has a name of its own, by which relays tell them apart. */
function erlangNameOf(name: NodeName): string {
  return `${nameOf(name)}@${hostOf(name)}`;
}

/** The name of a node, before the @. */
export function nameOf(name: NodeName): string {
  return `rabbit-${name}`;
}
