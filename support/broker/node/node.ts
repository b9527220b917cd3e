import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { connect } from 'node:net';

import { execa } from 'execa';

import { CouldNotRun } from '../../errors.ts';
import {
  type Address,
  type Broker,
  type BrokerDescription,
  allCapabilities,
  type ProviderName,
} from '../broker.ts';
import { Lifecycle } from '../lifecycle.ts';
import { clientsWith } from '../rabbitmq/certificates.ts';
import { administrator } from '../rabbitmq/configuration.ts';
import { evaluatedBy } from './evaluate.ts';
import type { Installation } from './installation.ts';
import { logSince, saysThatStartIsComplete, tail } from './log.ts';
import { orders } from '../rabbitmq/told-by-lines.ts';
import { diskIsFull, makeNodeFolder, type NodeFolder } from './folder.ts';
import { waitUntilAnswering } from '../answering.ts';
import { askUntil } from '../../waiting/until.ts';
import type { BrokerIdentity } from '../handshake.ts';
import { ProcessGroup } from '../processes/process-group.ts';

const bootDeadlineMs = 60_000;
const stopDeadlineMs = 60_000;
/** `rabbitmqctl` starts in a second; with 24 programs at work on two cores it was seen to take 57. */
const controlDeadlineMs = 100_000;
const openDeadlineMs = 10_000;
const goneDeadlineMs = 10_000;
const attempts = 3;
/** What a node logs then. */
export const portTaken = /eaddrinuse|address already in use|distribution port \d+ in use/i;

/**
 * Starts a private node: own name, ports, data, cookie, configuration, log and port mapper, in one folder that
 * goes when it is stopped. It runs as the user who calls, and listens on loopback; on the first other IPv4 address of
 * this machine too, with AMQP alone and only while somebody needs that.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @throws CouldNotRun when the node does not come up, with the tail of its log
 * @throws UsageError when there is no place for its folder
 */
export async function startNode(
  provider: ProviderName,
  installation: Installation,
  signal: AbortSignal,
): Promise<Broker> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const node = new Node(provider, installation, await makeNodeFolder(installation));
    try {
      await node.boot(signal);
      return node;
    } catch (error) {
      const log = await node.log(0);
      const full = await diskIsFull(error);
      await node.stop();
      if (full !== undefined && !signal.aborted) throw full;
      // Another program can take a port between the moment it was found free and the boot.
      if (attempt === attempts || signal.aborted || !portTaken.test(log)) throw error;
    }
  }
}

class Node implements Broker {
  readonly #provider: ProviderName;
  readonly #installation: Installation;
  readonly #folder: NodeFolder;
  readonly #lifecycle = new Lifecycle();
  #process: ProcessGroup | undefined;
  /** How many need the listener for clients from elsewhere. */
  #neededFromElsewhere = 0;
  #stopped: Promise<void> | undefined;

  constructor(provider: ProviderName, installation: Installation, folder: NodeFolder) {
    this.#provider = provider;
    this.#installation = installation;
    this.#folder = folder;
  }

  get description(): BrokerDescription {
    return this.#lifecycle.description;
  }

  /** Starts it for the first time. */
  async boot(signal: AbortSignal): Promise<BrokerDescription> {
    return await this.#lifecycle.start(() => this.#boot(AbortSignal.any([signal, this.#lifecycle.stopping])));
  }

  async restart(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      const end = await this.#stopGracefully();
      this.#lifecycle.stopping.throwIfAborted();
      if (end !== 'exit code 0')
        throw new CouldNotRun(`The broker did not stop gracefully: ${end}.\n${tail(await this.log(0))}`);

      return await this.#boot(this.#lifecycle.stopping);
    });
  }

  async kill(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      await this.#process?.kill();
      return await this.#boot(this.#lifecycle.stopping);
    });
  }

  async control(args: readonly string[]): Promise<string> {
    // It would look for the node for half a minute
    const end = this.died();
    if (end !== undefined) throw new CouldNotRun(`rabbitmqctl can't be run: ${end}.`);
    const [command, expressions, ...more] = args;
    const running = this.#process;
    const isEvaluated = command === 'eval' && expressions !== undefined && more.length === 0;
    if (isEvaluated && running !== undefined && running.end === undefined)
      return await evaluatedBy(running, this.#folder.logFile, expressions, controlDeadlineMs);
    const result = await execa(this.#installation.control, args, {
      env: this.#folder.controlEnvironment,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: controlDeadlineMs,
    });
    if (result.failed) {
      throw new CouldNotRun(
        `rabbitmqctl ${args.join(' ')}: ${result.shortMessage}\n${result.stderr || result.stdout}`,
      );
    }
    return result.stdout;
  }

  async log(since: number): Promise<string> {
    return logSince(await readFile(this.#folder.logFile, 'utf8').catch(() => ''), since);
  }

  async openToElsewhere(): Promise<void> {
    const { elsewhere } = this.#folder;
    if (elsewhere === undefined) throw new CouldNotRun('This machine has no IPv4 address but loopback.');

    this.#neededFromElsewhere += 1;
    if (this.#neededFromElsewhere === 1) this.#process?.tell(orders.openToElsewhere);
    const isOpen = await askUntil(async () => await listens(elsewhere), Boolean, {
      within: openDeadlineMs,
      interval: 10,
    });
    if (!isOpen) throw new CouldNotRun(`The broker did not open ${elsewhere.host}:${elsewhere.port}.`);
  }

  async closeToElsewhere(): Promise<void> {
    this.#neededFromElsewhere -= 1;
    if (this.#neededFromElsewhere === 0) this.#process?.tell(orders.closeToElsewhere);
  }

  died(): string | undefined {
    const end = this.#process?.end;
    return end === undefined || this.#lifecycle.underWay !== undefined
      ? undefined
      : `the broker's process ended: ${end}`;
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    await this.#stopped;
  }

  async #remove(): Promise<void> {
    this.#lifecycle.end();
    await this.#process?.kill();
    // A start that was under way may have made another process meanwhile.
    await this.#lifecycle.underWay?.catch(() => {});
    await this.#process?.kill();
    this.#process = undefined;
    await this.#folder.remove();
  }

  async #boot(signal: AbortSignal): Promise<BrokerDescription> {
    const { amqp, management, password, portMapperPort, serverEnvironment, logFile } = this.#folder;
    const { epmd, server } = this.#installation;
    signal.throwIfAborted();
    if (this.#process !== undefined) await this.#portMapperIsGone();
    const since = Date.now();
    const log = await open(logFile, 'a');
    try {
      this.#process = await ProcessGroup.start(
        ['/bin/sh', '-c', '"$1" -port "$2" & exec "$3"', 'sh', epmd, String(portMapperPort), server],
        { env: serverEnvironment, output: log.fd },
      );
    } finally {
      await log.close();
    }
    const running = this.#process;
    if (this.#neededFromElsewhere > 0) running.tell(orders.openToElsewhere);
    const identity = await waitUntilAnswering({
      amqp,
      username: administrator,
      password,
      virtualHost: '/',
      managementUrl: `http://${management.host}:${management.port}`,
      deadlineMs: bootDeadlineMs,
      signal,
      started: async () => saysThatStartIsComplete(await this.log(since)),
      logTail: async () => tail(await this.log(since)),
      ended: async () =>
        running.end === undefined ? undefined : `${running.end}\n${tail(await this.log(0))}`,
    });
    return this.#describe(identity);
  }

  // One that finds its port taken ends without a word, and the node could not register then
  async #portMapperIsGone(): Promise<void> {
    const { amqp, portMapperPort } = this.#folder;
    const address = { host: amqp.host, port: portMapperPort };
    const isGone = await askUntil(async () => !(await listens(address)), Boolean, {
      within: goneDeadlineMs,
      interval: 5,
    });
    if (!isGone)
      throw new CouldNotRun(`The broker's port mapper still listens at ${address.host}:${address.port}.`);
  }

  async #stopGracefully(): Promise<string> {
    const running = this.#process;
    if (running === undefined) return 'it was not running';

    const late = setTimeout(() => void running.kill(), stopDeadlineMs);
    running.tell(orders.stop);
    const end = await running.ended();
    clearTimeout(late);
    // The port mapper is still there.
    await running.kill();
    return end;
  }

  #describe({ product, name, version, platform }: BrokerIdentity): BrokerDescription {
    const { amqp, amqps, elsewhere, management, password, certificates } = this.#folder;
    const missing: BrokerDescription['missing'] =
      elsewhere === undefined ? { guest: 'this machine has no IPv4 address but loopback' } : {};
    return {
      provider: this.#provider,
      title: `${name} ${version}, ${this.#provider} (${[this.#installation.origin, platform].filter(Boolean).join(', ')})`,
      product,
      version,
      amqp,
      ...(elsewhere === undefined ? {} : { amqpFromElsewhere: elsewhere }),
      amqpFromOwnHost: amqp,
      amqps: {
        ...amqps,
        serverName: certificates.serverName,
        caFile: certificates.caFile,
        clients: clientsWith(certificates),
      },
      managementUrl: `http://${management.host}:${management.port}`,
      username: administrator,
      password,
      virtualHost: '/',
      capabilities: allCapabilities.filter((name) => missing[name] === undefined),
      missing,
      environment: { BROKER: this.#provider },
    };
  }
}

async function listens({ host, port }: Address): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
