import type { Channel } from '../actors/channel.ts';
import type { ExchangeProperties, QueueProperties } from '../actors/channel-properties.ts';
import type { Connection } from '../actors/connection.ts';
import { Consumer, type ConsumerOptions } from '../actors/consumer.ts';
import type { ExchangeName, QueueName } from '../actors/names.ts';
import { Producer } from '../actors/producer.ts';
import type { Program, ProgramName, ProgramOptions } from '../actors/program.ts';
import { Exchange, Queue } from '../actors/queue.ts';
import { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import { RpcClient, RpcServer } from '../actors/rpc.ts';
import { exchangePlugins } from '../broker/broker.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { SpecMistake } from '../errors.ts';
import { Recorder } from '../evidence/recorder.ts';
import type { HistoryOptions, PlayedHistory } from '../histories/play.ts';
import type { ManagementClient } from '../management/client.ts';
import { seedOfRun } from '../seed.ts';
import type { RawConnection } from '../wire/index.ts';
import type { Walked, WalkStage } from '../walks/walk.ts';
import { Arrangement } from './arrangement.ts';
import { BrokerForSpec, type BrokerForSpecOptions } from './broker-for-spec.ts';
import { BrokerOnStage } from './broker-on-stage.ts';
import { type ClientOptions, ClientsOnStage, type RawClientOptions } from './clients-on-stage.ts';
import { ClusterOnStage } from './cluster-on-stage.ts';
import { isGuest, Leavings } from './leavings.ts';
import { Policy } from './policy.ts';
import { SetUp } from './set-up.ts';

function isPluginType(type: string): type is keyof typeof exchangePlugins {
  return Object.hasOwn(exchangePlugins, type);
}

/** A user that a spec made. */
export interface User {
  username: string;
  password: string;
}

/** Where a spec runs. */
export interface StageOptions extends Omit<BrokerForSpecOptions, 'recorder'> {
  /** Begins the names of all that the spec makes; nobody else's do. */
  name: string;
  /** Of which queues are that it declares and says nothing else of. */
  queueType?: QueueTypeUnderTest;
  /** The folder of the programs in JavaScript; absent: Node.js runs TypeScript itself, or a loader does. */
  translatedPrograms?: string | undefined;
}

/**
 * What a spec is given: clients, queues, exchanges, the broker. Nothing is made before a spec asks for
 * it, and all that was made is taken away afterwards.
 */
export class Stage {
  readonly recorder: Recorder;
  /** The broker under test: what it is, and its control. */
  readonly broker: BrokerOnStage;
  /** The cluster under test; for claims that need `cluster`. */
  readonly cluster: ClusterOnStage;
  readonly #leavings: Leavings;
  readonly #name: string;
  readonly #broker: BrokerForSpec;
  readonly #clients: ClientsOnStage;
  readonly #queueType: QueueTypeUnderTest;
  readonly #setUp: SetUp;
  readonly #translatedPrograms: string | undefined;
  readonly #cleanups: (() => Promise<void>)[] = [];
  #virtualHost: string | undefined;
  #arrangement: Promise<Arrangement> | undefined;
  #closed: Promise<void> | undefined;
  #named = 0;

  constructor({ name, queueType = new QueueTypeUnderTest(), translatedPrograms, ...options }: StageOptions) {
    const { broker, description } = options;
    // Where others are at home too, a name tells whose it is
    this.#name = isGuest(description) ? `${broker.run}.${name}` : name;
    this.#leavings = new Leavings(broker, description, () => this.close());
    this.recorder = new Recorder(this.#leavings.note);
    this.#queueType = queueType;
    this.#setUp = SetUp.for(broker);
    this.#translatedPrograms = translatedPrograms;
    this.#broker = new BrokerForSpec({ ...options, recorder: this.recorder });
    const virtualHost = () => this.virtualHost();
    this.#clients = new ClientsOnStage({
      broker: this.#broker,
      queueType,
      virtualHost,
      checkOpen: () => this.#leavings.checkOpen(),
    });
    this.cluster = new ClusterOnStage(this.#broker, virtualHost);
    this.broker = new BrokerOnStage({
      broker: this.#broker,
      restarted: async () => (await this.#arrangement)?.forget(),
      cleanUp: (how) => this.#cleanups.push(how),
    });
  }

  /** The management HTTP API; for claims that need `management`. */
  get management(): ManagementClient {
    this.#broker.need('management');
    return this.#broker.api().limitedTo((capability) => this.#broker.need(capability));
  }

  /** A name that nobody else uses. */
  readonly uniqueName = (what: string): string => {
    this.#named += 1;
    return `${this.#name}.${what}-${this.#named}`;
  };

  /** The virtual host in which the spec's clients meet: one that specs share, unless it made its own. */
  readonly virtualHost = async (): Promise<string> => {
    this.#virtualHost ??= this.#broker.description.capabilities.includes('administration')
      ? await this.#broker.aside(() => this.#setUp.sharedVirtualHost())
      : this.#broker.description.virtualHost;
    return this.#virtualHost;
  };

  /**
   * Makes a virtual host for this spec alone, in which all that it asks for from now on will be; for claims that need
   * `administration`.
   */
  readonly ownVirtualHost = async (): Promise<string> => {
    this.#broker.need('administration');
    const what = this.uniqueName('virtual-host');
    this.#leavings.checkOpen();
    const making = this.#setUp.virtualHost(what);
    this.#cleanups.push(async () => await (await making).remove());
    const { name } = await this.#broker.aside(() => making);
    this.#virtualHost = name;
    this.#arrangement = undefined;
    return name;
  };

  /**
   * Makes a user with permissions in the spec's virtual host; for claims that need `administration`.
   *
   * @param permissions regular expressions for names; absent: none at all there
   * @see https://www.rabbitmq.com/docs/access-control#authorisation
   */
  readonly user = async (permissions?: { configure: string; write: string; read: string }): Promise<User> => {
    this.#broker.need('administration');
    const username = `${this.#broker.underTest.run}.${this.uniqueName('user')}`;
    const password = crypto.randomUUID();
    this.#leavings.checkOpen();
    this.#cleanups.push(() => this.#setUp.removeUser(username));
    await this.#broker.aside(() => this.#setUp.user(username, password));
    if (permissions !== undefined) {
      const virtualHost = await this.virtualHost();
      await this.#broker.aside(() => this.#setUp.permit(virtualHost, username, permissions));
    }
    return { username, password };
  };

  /**
   * Sets a policy in the spec's virtual host, for what has these names; for claims that need `policies`.
   *
   * @param to whether these are queues or exchanges; they may be declared later
   */
  readonly policy = async (
    to: 'queues' | 'exchanges',
    of: readonly (QueueName | ExchangeName)[],
    definition: Record<string, unknown>,
  ): Promise<Policy> => {
    this.#broker.need('policies');
    const virtualHost = await this.virtualHost();
    const name = this.uniqueName('policy');
    this.#leavings.checkOpen();
    this.#cleanups.push(() => this.#setUp.removePolicy(virtualHost, name));
    const policy = new Policy(this.#broker.api().in(virtualHost).policies, name, to, of);
    await policy.set(definition);
    return policy;
  };

  /** Declares a queue: durable, with a name of its own, unless said otherwise. */
  readonly queue = async ({
    name,
    ...properties
  }: QueueProperties & { name?: string } = {}): Promise<Queue> => {
    const channel = await (await this.#arranged()).channel();
    const { queue } = await channel.declareQueue(name ?? this.uniqueName('queue'), properties);
    return await this.existingQueue(queue);
  };

  /** A queue that somebody else declared. */
  readonly existingQueue = async (name: string): Promise<Queue> => new Queue(name, await this.#arranged());

  /** Declares an exchange: durable, with a name of its own, unless said otherwise. */
  readonly exchange = async (
    type: string,
    { name = this.uniqueName('exchange'), ...properties }: ExchangeProperties & { name?: string } = {},
  ): Promise<Exchange> => {
    if (isPluginType(type)) this.#broker.need(exchangePlugins[type]);
    const arrangement = await this.#arranged();
    await (await arrangement.channel()).declareExchange(name, type, properties);
    return new Exchange(name, type, arrangement);
  };

  /**
   * Opens a channel for what producers and consumers do not do by themselves, on the connection on which the spec
   * declares what it needs. Where the connection matters, since it ends or has to be another one: `client()`.
   */
  readonly openChannel = async (): Promise<Channel> => {
    return await (await this.#arranged()).openChannel();
  };

  /** A connection of its own, where it matters. */
  readonly client = async (options: ClientOptions = {}): Promise<Connection> => {
    return await this.#clients.connect('client', options);
  };

  /**
   * A connection on which the spec says every method itself, after the usual handshake and with channel 1
   * open; nothing is answered by itself. For what client libraries can't say.
   *
   * @param options what is unusual in the handshake; with `until`, it ends there and no channel is opened; `node`: the
   *   node of a cluster to which it connects
   */
  readonly raw = async (options: RawClientOptions = {}): Promise<RawConnection> =>
    await this.#clients.raw(options);

  /**
   * A producer with a channel of its own, on the connection on which the spec declares what it needs, as in a program
   * that declares and publishes. Where it is said how it connects, it has its own connection.
   *
   * @param options `confirms`: in confirm mode; default `false`
   */
  readonly producer = async ({
    confirms = false,
    name,
    ...options
  }: ClientOptions & { confirms?: boolean } = {}): Promise<Producer> => {
    const connection =
      Object.keys(options).length === 0
        ? await (await this.#arranged()).connection()
        : await this.#clients.connect('producer', { ...(name === undefined ? {} : { name }), ...options });
    const witness =
      connection.witness.kind === 'producer' ? connection.witness : this.recorder.actor('producer', name);
    return new Producer(witness.name, await connection.channel({ confirms, witness }), confirms);
  };

  /**
   * Starts a consumer of a queue, as a client of its own. Where it does not matter who consumes, a spec expects of the
   * queue: `await expect(queue).toReceive([…])`.
   *
   * @param options `on`: an existing channel, else it gets a connection and a channel of its own; `as`: how
   * that one connects
   */
  readonly consumer = async (
    queue: QueueName,
    { on, as = {}, ...options }: ConsumerOptions & { on?: Channel; as?: ClientOptions } = {},
  ): Promise<Consumer> => {
    const name = options.name === undefined ? {} : { name: options.name };
    const channel = on ?? (await (await this.#clients.connect('consumer', { ...name, ...as })).channel());
    return await Consumer.start(options.name ?? channel.witness.name, channel, queue, options);
  };

  /** An RPC client with a callback queue of its own. */
  readonly rpcClient = async (options: ClientOptions = {}): Promise<RpcClient> => {
    const connection = await this.#clients.connect('client', options);
    return await RpcClient.start(connection.witness.name, await connection.channel());
  };

  /**
   * An RPC server on a queue, with prefetch 1 unless said otherwise.
   *
   * @param options `answer`: computes the answers; absent: the spec replies by itself
   */
  readonly rpcServer = async (
    queue: QueueName,
    { answer, ...options }: ConsumerOptions & { answer?: (request: string) => string } = {},
  ): Promise<RpcServer> => {
    const name = options.name === undefined ? {} : { name: options.name };
    const connection = await this.#clients.connect('consumer', name);
    const channel = await connection.channel();
    return await RpcServer.start(connection.witness.name, channel, queue, options, answer);
  };

  /**
   * Starts a program of `fixtures/programs` as a process of its own, in the spec's virtual host, and
   * waits until it is at work, or done where it ends by itself (`send`).
   *
   * @param options those of its command line: `{ queue: tasks, prefetch: 1, ackAuto: true }`
   * @param words what follows the options
   */
  readonly program = async (
    program: ProgramName,
    options: ProgramOptions = {},
    words: readonly string[] = [],
  ): Promise<Program> => {
    // Few specs need it, and what it stands on takes long to load
    const { Program } = await import('../actors/program.ts');
    const { amqp, username, password } = this.#broker.description;
    this.#leavings.checkOpen();
    const process = new Program(
      program,
      options,
      words,
      { amqp, username, password, virtualHost: await this.virtualHost() },
      this.recorder.actor('program', options.name ?? program),
      this.#translatedPrograms,
    );
    this.#cleanups.push(() => process.kill('SIGKILL'));
    // What a busy machine takes to start a process is not the spec's time
    await this.#broker.aside(() => process.started());
    if (program === 'send') await process.exited();
    else if (program !== 'rpc-client') await process.told('ready');
    return process;
  };

  /**
   * Plays a history with a queue: publishers with confirms and consumers with acknowledgements work on it while faults
   * happen, and then it is emptied. What goes wrong when and to whom depends on the run's seed alone.
   */
  readonly history = async (queue: Queue, options: HistoryOptions): Promise<PlayedHistory> => {
    const { playHistory } = await import('../histories/play.ts');
    const broken = new AbortController();
    this.#cleanups.push(async () => broken.abort());
    return await playHistory(
      {
        queue: queue.name,
        isStream: this.queueType === 'stream',
        seed: seedOfRun(),
        recorder: this.recorder,
        broker: () => this.#broker.description,
        access: { virtualHost: await this.virtualHost(), queueType: this.#queueType },
        disturb: (what) => this.broker.disturb(what),
        ...(this.#broker.mayUse('cluster') ? { cluster: this.cluster } : {}),
        signal: broken.signal,
      },
      options,
    );
  };

  /**
   * Holds conversations at random, each about a queue of its own, and compares with a model what the broker gives. The first
   * one depends on the run's seed alone, and the others are those of the seeds after it; how many there are is told by the
   * environment's `WALKS`, or 200.
   */
  readonly walk = async (): Promise<Walked> => {
    const { walk, walksOfRun } = await import('../walks/walk.ts');
    return await walk(this.#walkStage(walksOfRun()));
  };

  /**
   * Holds twelve conversations at random beside each other, with a restart of the broker in the middle of all of them, and
   * compares with a model what the broker gives; for claims that need `restart`.
   */
  readonly walkAcrossRestart = async (): Promise<Walked> => {
    const { walkAcrossRestart } = await import('../walks/walk.ts');
    return await walkAcrossRestart(this.#walkStage(12), async () => await this.broker.restart());
  };

  #walkStage(many: number): WalkStage {
    const seed = seedOfRun();
    const witness = this.recorder.actor('client', 'walker');
    witness.saw({ direction: 'note', what: `${many} conversations from seed ${seed} on` });
    const unseen = new Recorder(this.#leavings.note).actor('client', 'walker');
    const connect = async () => await this.#clients.connect('client', {}, unseen);
    return { seed, many, witness, connect, uniqueName: this.uniqueName };
  }

  /** The queue type under test; `classic` is also what a broker without types has. */
  get queueType(): QueueType {
    return this.#queueType.type ?? 'classic';
  }

  /**
   * Whether the spec declared a queue of the type under test, as its claim says that it does.
   *
   * @param varied whether the claim is about queue types
   * @throws CouldNotRun when it is otherwise
   */
  checkQueueType(varied: boolean): void {
    if (this.#queueType.declared === varied) return;
    throw new SpecMistake(
      varied
        ? "The claim is about each queue type, and its spec declares no queue of the one under test: say queueTypes: 'unvaried'."
        : "The claim is not about queue types, and its spec declares a queue of the one under test: say of which type it is, or leave queueTypes: 'unvaried' out.",
    );
  }

  /** Ends all connections and takes away what was made, once; who calls it again waits for that. */
  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    // What can't be undone here is gone with the broker, or with the run's own clean-up
    this.#leavings.close();
    await this.#clients.close();
    for (const cleanup of this.#cleanups.toReversed()) await cleanup().catch(() => undefined);
    await this.#broker.close();
    this.#leavings.leave(this.#virtualHost, this.#queueType.costly);
  }

  async #arrange(): Promise<Arrangement> {
    const virtualHost = await this.virtualHost();
    return new Arrangement({
      virtualHost,
      recorder: this.recorder,
      management: this.#broker.mayUse('management') ? this.#broker.api() : undefined,
      connect: () => this.#clients.connect('client', { name: 'arrangement', virtualHost }),
    });
  }

  #arranged(): Promise<Arrangement> {
    this.#arrangement ??= this.#arrange();
    return this.#arrangement;
  }
}
