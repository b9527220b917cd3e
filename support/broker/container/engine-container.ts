import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

import { type ContainerRuntimeClient, GenericContainer, Wait } from 'testcontainers';
import { z } from 'zod';

import { CouldNotRun, messageOf } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import type { Address } from '../broker.ts';
import { engineInTime } from './engine-in-time.ts';
import { linesSince } from './log.ts';
import { mustNotSurvive } from '../processes/reaper.ts';

type Handle = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** What to make a container of. */
export interface ContainerOptions {
  image: string;
  files: { content: string; target: string; mode: number }[];
  environment: Record<string, string>;
  /** Ports that are to be reached from this machine. */
  ports: readonly number[];
  /** A folder that another container can get later; absent: none. */
  volume?: string;
  /** Whose volumes it gets; absent: nobody's. */
  volumesOf?: EngineContainer;
  /** The id of the network it is on; absent: the engine's usual one. */
  network?: string;
  /** Names that it knows beside its own; absent: those that the engine tells. */
  hosts?: readonly { host: string; ipAddress: string }[];
  /** How others on its network call it; absent: by its id. */
  alias?: string;
  /** Whether something can be written to its first process; absent: nothing. */
  input?: boolean;
}

const label = 'brokerproof.broker';
const portsDeadlineMs = 10_000;
const waitAnswer = z.object({ StatusCode: z.number() });

/** What Testcontainers has no other way to say. */
interface Further {
  /** A folder that is a volume. */
  volume: string | undefined;
  /** The id of the container whose volumes it gets. */
  volumesFrom: string | undefined;
  network: string | undefined;
  alias: string | undefined;
  input: boolean;
}

/** Tells its id when it is made, before it is started: from then on it can be removed, and nobody has to wait. */
class AnnouncedContainer extends GenericContainer {
  readonly #announce: (id: string) => void;
  readonly #publishedOn: string;
  readonly #further: Further;

  /** @param publishedOn the engine's address on which its ports are reached; empty: all */
  constructor(image: string, publishedOn: string, further: Further, announce: (id: string) => void) {
    super(image);
    this.#publishedOn = publishedOn;
    this.#announce = announce;
    this.#further = further;
  }

  // Testcontainers has no other way to name an address either.
  protected override async beforeContainerCreated(): Promise<void> {
    const ports = Object.keys(this.createOpts.ExposedPorts ?? {});
    this.hostConfig.PortBindings = Object.fromEntries(
      ports.map((port) => [port, [{ HostIp: this.#publishedOn, HostPort: '' }]]),
    );
    const { volume, volumesFrom, network, alias, input } = this.#further;
    if (volume !== undefined) this.createOpts.Volumes = { [volume]: {} };
    if (volumesFrom !== undefined) this.hostConfig.VolumesFrom = [volumesFrom];
    if (input) this.createOpts.OpenStdin = true;
    if (network === undefined) return;
    this.hostConfig.NetworkMode = network;
    const endpoint = alias === undefined ? {} : { Aliases: [alias] };
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: endpoint } };
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#announce(id);
  }
}

/** One container, which may run several times. It never outlives this process. */
export class EngineContainer {
  readonly #engine: ContainerRuntimeClient;
  readonly #name: string;
  /** The engine's address on which its ports are reached; empty: all, as its loopback is not ours. */
  readonly #publishedOn: string;
  readonly #forget: () => void;
  #handle: Handle | undefined;
  #ended: Promise<string> | undefined;
  #end: string | undefined;

  private constructor(engine: ContainerRuntimeClient, name: string, publishedOn: string, forget: () => void) {
    this.#engine = engine;
    this.#name = name;
    this.#publishedOn = publishedOn;
    this.#forget = forget;
  }

  static async prepare(engine: ContainerRuntimeClient): Promise<EngineContainer> {
    const name = `brokerproof-${randomBytes(6).toString('hex')}`;
    return new EngineContainer(
      engine,
      name,
      (await isOfThisMachine(engine)) ? '127.0.0.1' : '',
      await mustNotSurvive({ containersLabelled: `${label}=${name}` }),
    );
  }

  /** How its last run ended: `exit code 1`; `undefined` while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Makes it and runs it for the first time. It is there, and has to be removed, even if this rejects. */
  async create(
    { image, files, environment, ports, volume, volumesOf, network, alias, hosts, input }: ContainerOptions,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    let starting: Promise<unknown> | undefined;
    const id = await new Promise<string>((resolve, reject) => {
      const volumesFrom = volumesOf === undefined ? undefined : volumesOf.#existing().id;
      const further = { volume, volumesFrom, network, alias, input: input ?? false };
      starting = new AnnouncedContainer(image, this.#publishedOn, further, resolve)
        .withName(this.#name)
        .withLabels({ [label]: this.#name })
        // The name of the node, and so of its data, comes from it.
        .withHostname('broker')
        .withEnvironment(environment)
        .withExtraHosts([...(hosts ?? [])])
        .withCopyContentToContainer(files)
        .withExposedPorts(...ports)
        .withDefaultLogDriver()
        // The broker is waited for by talking to it, and what is left behind is removed by our own reaper.
        .withWaitStrategy(Wait.forAll([]))
        .withAutoCleanup(false)
        .start();
      starting.catch(reject);
    });
    this.#handle = this.#engine.container.getById(id);
    signal.throwIfAborted();
    const calledOff = once(signal, 'abort').then(() => signal.throwIfAborted());
    await Promise.race([starting, calledOff, this.#wait({ condition: 'next-exit' })]);
    this.#watch();
  }

  /**
   * Gives a volume of it to the user `rabbitmq` of an image: each image has another number for that name.
   *
   * @throws CouldNotRun when the image has no such user
   */
  async handOver({ folder, image }: { folder: string; image: string }): Promise<void> {
    const { dockerode } = this.#engine.container;
    const helper = await dockerode.createContainer({
      Image: image,
      User: '0',
      Entrypoint: ['chown', '-R', 'rabbitmq:', folder],
      Cmd: [],
      Labels: { [label]: this.#name },
      HostConfig: { VolumesFrom: [this.#existing().id] },
    });
    await helper.start();
    const { StatusCode: code } = waitAnswer.parse(await helper.wait());
    await helper.remove();
    if (code !== 0) throw new CouldNotRun(`The data can't be given to the user rabbitmq of ${image}.`);
  }

  /** Runs it again, with what is in its file system. */
  async start(): Promise<void> {
    await engineInTime('start the container', this.#existing().start());
    this.#watch();
  }

  /** Kills every process of it at once, and resolves when they are gone. */
  async kill(): Promise<void> {
    const killed = this.#existing().kill({ signal: 'SIGKILL' });
    await engineInTime(
      'kill the container',
      killed.then(() => this.ended()),
    );
  }

  /** Suspends all its processes. */
  async pause(): Promise<void> {
    await engineInTime('pause the container', this.#existing().pause());
  }

  /** Lets them go on. */
  async resume(): Promise<void> {
    await engineInTime('let the container go on', this.#existing().unpause());
  }

  /** Sends a signal to its first process. */
  async tell(signal: string): Promise<void> {
    await engineInTime(`send ${signal} to the container`, this.#existing().kill({ signal }));
  }

  /** Resolves when its present run has ended, with how. */
  async ended(): Promise<string> {
    return (await this.#ended) ?? 'it has never run';
  }

  /** Where its ports are reached from this machine; each run can have others. */
  async addresses(ports: readonly number[]): Promise<Address[]> {
    const seen = await askUntil(
      async () =>
        (await engineInTime('tell the ports of the container', this.#existing().inspect())).NetworkSettings
          .Ports,
      (bound) => ports.every((port) => (bound[`${port}/tcp`] ?? []).length > 0) || this.#end !== undefined,
      { within: portsDeadlineMs, interval: 50 },
    );
    const host = this.#publishedOn || this.#engine.info.containerRuntime.host;
    return ports.map((port) => {
      const bindings = seen[`${port}/tcp`] ?? [];
      // The two families can have different ports.
      const binding = bindings.find(({ HostIp }) => !HostIp.includes(':')) ?? bindings[0];
      if (binding === undefined) {
        throw new CouldNotRun(
          `Port ${port} of the container is not to be reached: ${this.#end ?? 'the engine published none'}.`,
        );
      }
      return { host, port: Number(binding.HostPort) };
    });
  }

  /**
   * The input and output of its first process, in its present run; ends with it.
   *
   * @param onLine is told each line that it prints from now on
   */
  async attach(onLine: (line: string) => void): Promise<NodeJS.WritableStream> {
    const streams = { stream: true, hijack: true, stdin: true, stdout: true };
    const attached = await engineInTime('attach to the container', this.#existing().attach(streams));
    const output = new PassThrough();
    attached.on('error', () => {});
    this.#engine.container.dockerode.modem.demuxStream(attached, output, output);
    createInterface({ input: output }).on('line', onLine);
    return attached;
  }

  /** Its own address on a network. @throws CouldNotRun when it has none, as it does not run */
  async addressOn(network: string): Promise<string> {
    const { NetworkSettings: settings } = await engineInTime(
      'tell the address of the container',
      this.#existing().inspect(),
    );
    const found = Object.values(settings.Networks).find(({ NetworkID }) => NetworkID === network);
    if (!found?.IPAddress)
      throw new CouldNotRun('The container has no address on the network of the cluster.');
    return found.IPAddress;
  }

  /** Runs a command in it. */
  async run(command: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    // What a node loads first, a rabbitmqctl does not need
    const env = { ERL_AFLAGS: '' };
    const ran = this.#engine.container.exec(this.#existing(), command, { env });
    return await engineInTime(`come to the end of ${command.join(' ')}`, ran);
  }

  /** What it printed from `since` on (milliseconds since the epoch), over all its runs. */
  async log(since: number): Promise<string> {
    const logs = this.#existing().logs({
      stdout: true,
      stderr: true,
      timestamps: true,
      since: Math.floor(since / 1000),
    });
    return linesSince(await engineInTime('give the log of the container', logs), since);
  }

  /** Removes it with its volumes, whatever state it is in. */
  async remove(): Promise<void> {
    await engineInTime('remove the container', this.#removed());
    this.#forget();
  }

  async #removed(): Promise<void> {
    const { dockerode } = this.#engine.container;
    const filters = { label: [`${label}=${this.#name}`] };
    for (const { Id } of await dockerode.listContainers({ all: true, filters }))
      await dockerode.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone);
  }

  #existing(): Handle {
    if (this.#handle === undefined) throw new CouldNotRun('There is no container.');

    return this.#handle;
  }

  #watch(): void {
    this.#end = undefined;
    this.#ended = this.#wait({}).then((end) => {
      this.#end = end;
      return end;
    });
  }

  async #wait(options: { condition?: 'next-exit' }): Promise<string> {
    const handle = this.#existing();
    try {
      const { StatusCode: code } = waitAnswer.parse(await handle.wait(options));
      return code === 137 ? 'killed (exit code 137)' : `exit code ${code}`;
    } catch (error) {
      return `the engine lost it: ${messageOf(error)}`;
    }
  }
}

/** Whether the engine publishes ports on this machine, so that its loopback is ours. */
export async function isOfThisMachine({ info }: ContainerRuntimeClient): Promise<boolean> {
  const { host } = info.containerRuntime;
  // Within a container that has an engine of its own, it is told to be at the gateway, which is here then, though it may
  // be down while no container runs
  return host === 'localhost' || (await isOwnAddress(host));
}

/** Whether an address is one of this machine. */
export async function isOwnAddress(host: string): Promise<boolean> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(0, host);
    await listening;
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Somebody else may have removed it, or be about to. */
function unlessGone(error: unknown): void {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status !== 404 && status !== 409) throw error;
}
