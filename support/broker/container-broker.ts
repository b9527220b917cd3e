import { getContainerRuntimeClient } from 'testcontainers';

import { CouldNotRun, UsageError } from '../errors.ts';
import type { Broker, BrokerDescription } from './broker.ts';
import { administrator, gracefulStop, randomPassword } from './configuration.ts';
import { type ContainerFiles, containerPorts, makeContainerFiles } from './container-files.ts';
import { pullMissing } from './container-image.ts';
import { EngineContainer } from './engine-container.ts';
import { tail } from './log.ts';
import { waitUntilAnswering } from './probe.ts';

const bootDeadlineMs = 60_000;
const stopDeadlineMs = 60_000;

/**
 * Starts a broker in a container of its own.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @throws UsageError when the image can't be pulled, or makes no broker that answers (with the tail of its log)
 */
export async function startContainer(image: string, signal: AbortSignal): Promise<Broker> {
  const engine = await getContainerRuntimeClient();
  await pullMissing(engine, image, signal);
  const password = randomPassword();
  const files = await makeContainerFiles(password);
  const container = await EngineContainer.prepare(engine);
  const broker = new ContainerBroker(image, container, files, password);
  try {
    await broker.create(signal);
    return broker;
  } catch (error) {
    const log = await container.log(0).catch(() => '');
    await broker.stop();
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The image ${image} made no broker that answers: ${reason}${log === '' ? '' : `\n${tail(log)}`}`,
      'Name an image of RabbitMQ with the management plugin by BROKER_IMAGE.',
      { cause: error },
    );
  }
}

class ContainerBroker implements Broker {
  readonly #image: string;
  readonly #container: EngineContainer;
  readonly #files: ContainerFiles;
  readonly #password: string;
  readonly #stopping = new AbortController();
  #change: Promise<BrokerDescription> | undefined;
  #stopped: Promise<void> | undefined;
  #description: BrokerDescription | undefined;

  constructor(image: string, container: EngineContainer, files: ContainerFiles, password: string) {
    this.#image = image;
    this.#container = container;
    this.#files = files;
    this.#password = password;
  }

  get description(): BrokerDescription {
    if (this.#description === undefined) {
      throw new CouldNotRun('The broker has not been started yet.');
    }
    return this.#description;
  }

  async create(signal: AbortSignal): Promise<void> {
    const { contents, environment } = this.#files;
    const ports = Object.values(containerPorts);
    await this.#container.create({ image: this.#image, files: contents, environment, ports }, signal);
    await this.#answering(signal);
  }

  async restart(): Promise<BrokerDescription> {
    return await this.#changing(async () => {
      await this.#stopGracefully();
      await this.#container.start();
      return await this.#answering(this.#stopping.signal);
    });
  }

  async kill(): Promise<BrokerDescription> {
    return await this.#changing(async () => {
      await this.#container.kill();
      await this.#container.start();
      return await this.#answering(this.#stopping.signal);
    });
  }

  async control(args: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await this.#container.run(['rabbitmqctl', ...args]);
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

  died(): string | undefined {
    const { end } = this.#container;
    return end === undefined || this.#change !== undefined
      ? undefined
      : `the broker's container ended: ${end}`;
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    await this.#stopped;
  }

  async #remove(): Promise<void> {
    this.#stopping.abort(new CouldNotRun('The broker was stopped.'));
    await this.#container.remove();
    await this.#files.remove();
  }

  async #changing(change: () => Promise<BrokerDescription>): Promise<BrokerDescription> {
    if (this.#change !== undefined || this.#stopping.signal.aborted) {
      throw new CouldNotRun('The broker is being started or stopped already.');
    }
    this.#change = change();
    try {
      return await this.#change;
    } finally {
      this.#change = undefined;
    }
  }

  // Not by SIGTERM to the container, which does the same, but up to 3.13 in five seconds more; and not by the
  // engine's own stop, which kills what is late and does not say so.
  async #stopGracefully(): Promise<void> {
    const late = AbortSignal.timeout(stopDeadlineMs);
    // The node does not live to answer, so the outcome of the command says nothing; the end of the node does.
    const told = this.#container.run(['rabbitmqctl', 'eval', `${gracefulStop}.`]).catch(String);
    const isLate = new Promise<'late'>((resolve) => {
      late.addEventListener('abort', () => resolve('late'), { once: true });
    });
    if ((await Promise.race([this.#container.ended(), isLate])) === 'late') {
      throw new CouldNotRun(
        `The broker did not stop within ${stopDeadlineMs / 1000} s; told to, it said: ${JSON.stringify(await told)}`,
      );
    }
  }

  async #answering(signal: AbortSignal): Promise<BrokerDescription> {
    const [amqp, amqps, management] = await this.#container.addresses([
      containerPorts.amqp,
      containerPorts.amqps,
      containerPorts.management,
    ]);
    if (amqp === undefined || amqps === undefined || management === undefined) {
      throw new CouldNotRun('The container has no addresses.');
    }
    const managementUrl = `http://${management.host}:${management.port}`;
    const { name, product, version } = await waitUntilAnswering({
      amqp,
      username: administrator,
      password: this.#password,
      virtualHost: '/',
      managementUrl,
      deadlineMs: bootDeadlineMs,
      signal,
      ended: () => this.#container.end,
    });
    this.#description = {
      provider: 'container',
      title: `${name} ${version}, container (${this.#image})`,
      product,
      version,
      amqp,
      // The broker sees the engine's bridge, which is not loopback to it.
      amqpFromElsewhere: amqp,
      amqps: { ...amqps, serverName: this.#files.serverName, caFile: this.#files.caFile },
      managementUrl,
      username: administrator,
      password: this.#password,
      virtualHost: '/',
      capabilities: ['management', 'restart', 'kill', 'ctl', 'log', 'tls', 'guest', 'tick'],
      missing: {},
      environment: { BROKER: 'container', BROKER_IMAGE: this.#image },
    };
    return this.#description;
  }
}
