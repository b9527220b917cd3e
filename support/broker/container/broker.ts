import { getContainerRuntimeClient } from 'testcontainers';

import { CouldNotRun, messageOf, UsageError } from '../../errors.ts';
import type { Broker, BrokerDescription } from '../broker.ts';
import { Lifecycle } from '../lifecycle.ts';
import { describeImage, pullMissing } from './image.ts';
import { labelledSetup } from './labelled-image.ts';
import { rabbitmqSetup } from './rabbitmq-image.ts';
import type { ContainerSetup } from './setup.ts';
import { EngineContainer, isOfThisMachine } from './engine-container.ts';
import { engineInTime } from './engine-in-time.ts';
import { tail } from '../node/log.ts';

const stopDeadlineMs = 60_000;

/**
 * Starts a broker in a container of its own.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @param say tells the user a line of what is unusual
 * @throws UsageError when the image can't be pulled, or makes no broker that answers (with the tail of its log)
 */
export async function startContainer(
  image: string,
  signal: AbortSignal,
  say?: (line: string) => void,
): Promise<Broker> {
  const engine = await getContainerRuntimeClient();
  const { host } = engine.info.containerRuntime;
  const open = `The broker's ports are open to everybody who reaches ${host}: the engine is on another machine.`;
  if (!(await isOfThisMachine(engine))) say?.(open);

  await pullMissing(engine, image, signal);
  const setup = labelledSetup(image, await describeImage(engine, image)) ?? (await rabbitmqSetup());
  const container = await EngineContainer.prepare(engine);
  const broker = new ContainerBroker(image, container, setup);
  try {
    await broker.create(signal);
    return broker;
  } catch (error) {
    const log = await container.log(0).catch(() => '');
    await broker.stop();
    signal.throwIfAborted();
    const reason = messageOf(error);
    throw new UsageError(
      `The image ${image} did not produce a broker that answers: ${reason}${log === '' ? '' : `\n${tail(log)}`}`,
      setup.cure,
      { cause: error },
    );
  }
}

class ContainerBroker implements Broker {
  readonly #image: string;
  readonly #container: EngineContainer;
  readonly #setup: ContainerSetup;
  readonly #lifecycle = new Lifecycle();
  #stopped: Promise<void> | undefined;

  constructor(image: string, container: EngineContainer, setup: ContainerSetup) {
    this.#image = image;
    this.#container = container;
    this.#setup = setup;
  }

  get description(): BrokerDescription {
    return this.#lifecycle.description;
  }

  async create(signal: AbortSignal): Promise<void> {
    await this.#lifecycle.start(async () => {
      const created = this.#container.create({ image: this.#image, ...this.#setup.container }, signal);
      await engineInTime('make a container', created);
      return await this.#answering(signal);
    });
  }

  async restart(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      await this.#stopGracefully();
      await this.#container.start();
      return await this.#answering(this.#lifecycle.stopping);
    });
  }

  async kill(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      await this.#container.kill();
      await this.#container.start();
      return await this.#answering(this.#lifecycle.stopping);
    });
  }

  async control(args: readonly string[]): Promise<string> {
    const why = this.description.missing.ctl;
    if (why !== undefined) throw new CouldNotRun(`rabbitmqctl can't be run: ${why}.`);

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
    return end === undefined || this.#lifecycle.underWay !== undefined
      ? undefined
      : `the broker's container ended: ${end}`;
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    await this.#stopped;
  }

  async #remove(): Promise<void> {
    this.#lifecycle.end();
    await this.#container.remove();
    await this.#setup.remove();
  }

  async #stopGracefully(): Promise<void> {
    const late = AbortSignal.timeout(stopDeadlineMs);
    const told = this.#setup.askToStop(this.#container).catch(String);
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
    const { name, ...reached } = await this.#setup.reach(this.#container, signal);
    return {
      provider: 'container',
      title: `${name} ${reached.version}, container (${this.#image})`,
      ...reached,
      environment: { BROKER: 'container', BROKER_IMAGE: this.#image },
    };
  }
}
