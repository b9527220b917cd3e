import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';

import { CouldNotRun, messageOf, UsageError } from '../../errors.ts';
import { ManagementClient } from '../../management/client.ts';
import { type Broker, type BrokerDescription, managementAccess } from '../broker.ts';
import { Lifecycle } from '../lifecycle.ts';
import { describeImage, pullMissing, releaseIn } from './image.ts';
import { changesBetween, type Inventory, inventoryOf } from '../rabbitmq/upgrade-changes.ts';
import { checkStep } from '../rabbitmq/upgrade-steps.ts';
import { labelledSetup } from './labelled-image.ts';
import { rabbitmqSetup } from './rabbitmq-image.ts';
import type { ContainerSetup, Reached } from './setup.ts';
import { EngineContainer, isOfThisMachine } from './engine-container.ts';
import { engineInTime } from './engine-in-time.ts';
import { tail } from '../node/log.ts';

const stopDeadlineMs = 60_000;

/** Of what a broker is made. */
interface Images {
  image: string;
  /** To what it can be upgraded in place, and whether it may be where that is not documented. */
  upgrade?: { image: string; anyway: boolean } | undefined;
}

/** Where RabbitMQ keeps its data, in all images. */
const dataFolder = '/var/lib/rabbitmq';

/**
 * Starts a broker in a container of its own.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @param say tells the user a line of what is unusual
 * @throws UsageError when an upgrade is asked for that is not documented, or the image can't be pulled, or makes no broker that answers (with the tail of its log)
 */
export async function startContainer(
  { image, upgrade }: Images,
  signal: AbortSignal,
  say?: (line: string) => void,
): Promise<Broker> {
  const engine = await getContainerRuntimeClient();
  const { host } = engine.info.containerRuntime;
  const open = `The broker's ports are open to everybody who reaches ${host}: the engine is on another machine.`;
  if (!(await isOfThisMachine(engine))) say?.(open);

  for (const each of [image, ...(upgrade === undefined ? [] : [upgrade.image])])
    await pullMissing(engine, each, signal);
  if (upgrade !== undefined && !upgrade.anyway)
    checkStep(await releaseIn(engine, image), await releaseIn(engine, upgrade.image));
  const setup = labelledSetup(image, await describeImage(engine, image)) ?? (await rabbitmqSetup());
  const container = await EngineContainer.prepare(engine);
  const broker = new ContainerBroker(engine, { image, upgrade }, container, setup);
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
  readonly #engine: ContainerRuntimeClient;
  readonly #image: string;
  readonly #setup: ContainerSetup;
  readonly #lifecycle = new Lifecycle();
  readonly #anyway: boolean;
  /** The image to which it is upgraded, before that and afterwards; absent: it never is. */
  readonly #next: string | undefined;
  #container: EngineContainer;
  /** The one before the upgrade. */
  #before: EngineContainer | undefined;
  #upgraded: BrokerDescription['upgraded'];
  #stopped: Promise<void> | undefined;

  constructor(
    engine: ContainerRuntimeClient,
    { image, upgrade }: Images,
    container: EngineContainer,
    setup: ContainerSetup,
  ) {
    this.#engine = engine;
    this.#image = image;
    this.#next = upgrade?.image;
    this.#anyway = upgrade?.anyway ?? false;
    this.#container = container;
    this.#setup = setup;
  }

  get description(): BrokerDescription {
    return this.#lifecycle.description;
  }

  async create(signal: AbortSignal): Promise<void> {
    await this.#lifecycle.start(async () => {
      const volume = this.#next === undefined ? {} : { volume: dataFolder };
      const options = { image: this.#image, ...this.#setup.container, ...volume };
      const created = this.#container.create(options, signal);
      await engineInTime('make a container', created);
      return this.#described(await this.#answering(signal));
    });
  }

  async restart(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      await this.#stopGracefully();
      await this.#container.start();
      return this.#described(await this.#answering(this.#lifecycle.stopping));
    });
  }

  async kill(): Promise<BrokerDescription> {
    return await this.#lifecycle.start(async () => {
      await this.#container.kill();
      await this.#container.start();
      return this.#described(await this.#answering(this.#lifecycle.stopping));
    });
  }

  async upgrade(): Promise<BrokerDescription> {
    const image = this.#next;
    if (image === undefined || this.#before !== undefined)
      throw new CouldNotRun('The broker is upgraded already, or has no next release.');
    const { version } = this.description;
    await this.#enableFeatureFlags();
    const had = await inventory(this.description);
    return await this.#lifecycle.start(async () => {
      const before = (this.#before = this.#container);
      await this.#stopGracefully();
      await before.handOver({ folder: dataFolder, image });
      this.#container = await EngineContainer.prepare(this.#engine);
      try {
        const options = { image, ...this.#setup.container, volumesOf: before };
        const created = this.#container.create(options, this.#lifecycle.stopping);
        await engineInTime('make a container', created);
        const answering = await this.#answering(this.#lifecycle.stopping);
        this.#upgraded = {
          from: version,
          to: answering.version,
          changes: changesBetween(had, await inventory(this.#described(answering))),
        };
        return this.#described(answering);
      } catch (error) {
        const log = await this.#container.log(0).catch(() => '');
        throw new CouldNotRun(
          `${image} does not start with the data of ${this.#image}: ${messageOf(error)}\n${tail(log)}`,
          { cause: error },
        );
      }
    });
  }

  /** All stable ones, each by its name: up to 3.8 `all` is none. */
  async #enableFeatureFlags(): Promise<void> {
    const told = await this.control(['--quiet', 'list_feature_flags', 'name', 'state', 'stability']);
    const flags = told.split('\n').map((line) => line.trim().split('\t'));
    const lacking = flags.filter(([, state, stability]) => state === 'disabled' && stability === 'stable');
    for (const [name = ''] of lacking) await this.control(['enable_feature_flag', name]);
  }

  async control(args: readonly string[]): Promise<string> {
    const why = this.description.missing.ctl;
    if (why !== undefined) throw new CouldNotRun(`rabbitmqctl can't be run: ${why}.`);

    // It would look for the node for half a minute
    const end = this.died();
    if (end !== undefined) throw new CouldNotRun(`rabbitmqctl can't be run: ${end}.`);
    const [command, expressions, ...more] = args;
    const isEvaluated = command === 'eval' && expressions !== undefined && more.length === 0;
    const evaluated = isEvaluated ? this.#setup.evaluate?.(expressions) : undefined;
    if (evaluated !== undefined) return await evaluated;
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
    // Whose the data is
    await this.#before?.remove();
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

  async #answering(signal: AbortSignal): Promise<Reached> {
    return await this.#setup.reach(this.#container, signal);
  }

  #described({ name, ...reached }: Reached): BrokerDescription {
    const [upgraded, to] = [this.#upgraded, this.#next];
    const from = upgraded === undefined ? '' : `, upgraded from ${upgraded.from}`;
    return {
      provider: 'container',
      title: `${name} ${reached.version}${from}, container (${this.#image}${to === undefined ? '' : ` → ${to}`})`,
      ...reached,
      ...(upgraded === undefined ? {} : { upgraded }),
      ...(to === undefined ? {} : { capabilities: [...reached.capabilities, 'upgrade'] }),
      environment: {
        BROKER: 'container',
        BROKER_IMAGE: this.#image,
        ...(to === undefined ? {} : { UPGRADE_IMAGE: to, ...(this.#anyway ? { UPGRADE_ANYWAY: '1' } : {}) }),
      },
    };
  }
}

/** What the management API of a broker tells of it; nothing where it has none. */
async function inventory(description: Parameters<typeof managementAccess>[0]): Promise<Inventory> {
  const access = managementAccess(description);
  if (access === undefined) return {};
  const management = new ManagementClient(access);
  try {
    return await inventoryOf(management);
  } finally {
    await management.close();
  }
}
