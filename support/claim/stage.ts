import { readFile } from 'node:fs/promises';
import type { Channel } from '../actors/channel.ts';
import type { ExchangeProperties, QueueProperties } from '../actors/channel-properties.ts';
import { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import { Connection, type ConnectionOptions } from '../actors/connection.ts';
import { Consumer, type ConsumerOptions } from '../actors/consumer.ts';
import type { ExchangeName, QueueName } from '../actors/names.ts';
import { Producer } from '../actors/producer.ts';
import type { Program, ProgramName, ProgramOptions } from '../actors/program.ts';
import { Exchange, Queue } from '../actors/queue.ts';
import { openRaw } from '../actors/raw.ts';
import { RpcClient, RpcServer } from '../actors/rpc.ts';
import {
  type Address,
  type BrokerDescription,
  capabilities,
  type Capability,
  type ClusterChange,
  exchangePlugins,
  managementAccess,
  type NodeName,
} from '../broker/broker.ts';
import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import { CouldNotRun, SpecMistake } from '../errors.ts';
import type { ActorKind } from '../evidence/evidence.ts';
import { Recorder } from '../evidence/recorder.ts';
import type { HistoryOptions, PlayedHistory } from '../histories/play.ts';
import { seedOfRun } from '../seed.ts';
import { ManagementClient } from '../management/client.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { OwnTime } from '../waiting/own-time.ts';
import type { HandshakeOptions, RawConnection } from '../wire/index.ts';
import { Arrangement } from './arrangement.ts';
import type { Meet } from './rendezvous.ts';
import { type BrokerChange, settingChanged, whileChanged } from './broker-change.ts';
import { ClusterOnStage } from './cluster-on-stage.ts';
import { isGuest, Leavings } from './leavings.ts';
import { Policy } from './policy.ts';
import { SetUp } from './set-up.ts';

/** What the description of a broker tells of a capability. */
const toldOf: Partial<Record<keyof BrokerDescription, Capability>> = {
  managementUrl: 'management',
  amqps: 'tls',
  amqpFromElsewhere: 'guest',
  amqpFromOwnHost: 'guest',
};

function isPluginType(type: string): type is keyof typeof exchangePlugins {
  return Object.hasOwn(exchangePlugins, type);
}

/** How a client connects, where it is not as all others do. */
export interface ClientOptions extends Partial<Omit<ConnectionOptions, 'name' | 'tls'>> {
  /** How the timeline and the broker's operators call it. */
  name?: string;
  /** Over TLS; `true`: with the right authority and name. */
  tls?: true | NonNullable<ConnectionOptions['tls']>;
  /** The node of a cluster to which it connects; default: `a`. */
  node?: NodeName;
}

/** A user that a spec made. */
export interface User {
  username: string;
  password: string;
}

/** Where a spec runs. */
export interface StageOptions {
  /** Begins the names of all that the spec makes; nobody else's do. */
  name: string;
  /** What the spec may use beyond an AMQP connection: what its claim needs. */
  needs: readonly Capability[];
  /** Of which queues are that it declares and says nothing else of. */
  queueType?: QueueTypeUnderTest;
  /** The broker as the spec is to see it. */
  description: BrokerDescription;
  broker: BrokerUnderTest;
  meet: Meet;
  /** Waits for what does not count as time of the spec. */
  aside: OwnTime['aside'];
  /** How the spec is to see the broker after a restart. */
  through: (broker: BrokerDescription) => Promise<BrokerDescription>;
  /** The folder of the programs in JavaScript; absent: Node.js runs TypeScript itself, or a loader does. */
  translatedPrograms?: string | undefined;
}

/**
 * What a spec is given: clients, queues, exchanges, the broker. Nothing is made before a spec asks for
 * it, and all that was made is taken away afterwards.
 */
export class Stage {
  readonly recorder: Recorder;
  readonly #leavings: Leavings;
  readonly #name: string;
  readonly #needs: readonly Capability[];
  readonly #queueType: QueueTypeUnderTest;
  readonly #brokerUnderTest: BrokerUnderTest;
  readonly #setUp: SetUp;
  readonly #meet: Meet;
  readonly #aside: OwnTime['aside'];
  readonly #through: StageOptions['through'];
  readonly #translatedPrograms: string | undefined;
  readonly #connections: Connection[] = [];
  readonly #cleanups: (() => Promise<void>)[] = [];
  #description: BrokerDescription;
  #virtualHost: string | undefined;
  #management: ManagementClient | undefined;
  #arrangement: Promise<Arrangement> | undefined;
  #closed: Promise<void> | undefined;
  #named = 0;
  #opened = 0;

  constructor({
    name,
    needs,
    queueType = new QueueTypeUnderTest(),
    description,
    broker,
    meet,
    aside,
    through,
    translatedPrograms,
  }: StageOptions) {
    // Where others are at home too, a name tells whose it is
    this.#name = isGuest(description) ? `${broker.run}.${name}` : name;
    this.#leavings = new Leavings(broker, description, () => this.close());
    this.recorder = new Recorder(this.#leavings.note);
    this.#needs = needs;
    this.#queueType = queueType;
    this.#description = description;
    this.#brokerUnderTest = broker;
    this.#setUp = SetUp.for(broker);
    this.#meet = meet;
    this.#aside = aside;
    this.#through = through;
    this.#translatedPrograms = translatedPrograms;
  }

  /** The broker under test: what it is, and its control. */
  readonly broker = {
    /** What is known of it. */
    description: (): BrokerDescription =>
      new Proxy(this.#description, {
        get: (told, key: keyof BrokerDescription) => {
          const needed = toldOf[key];
          if (needed !== undefined) this.#need(needed);
          return told[key];
        },
      }),
    /** Stops it gracefully and starts it again; all specs of the file meet there. All connections end. */
    restart: () => this.#disturb('restart'),
    /** Kills it with SIGKILL and starts it again; all specs of the file meet there. All connections end. */
    kill: () => this.#disturb('kill'),
    /** Upgrades it in place to the next release; all specs of the file meet there. All connections end. */
    upgrade: () => this.#disturb('upgrade'),
    /** Opens a listener for clients from elsewhere, while the spec runs; for claims that need `guest`. */
    openToElsewhere: async (): Promise<Address | undefined> => {
      this.#need('guest');
      await this.#brokerUnderTest.openToElsewhere();
      this.#cleanups.push(() => this.#brokerUnderTest.closeToElsewhere());
      return this.#description.amqpFromElsewhere;
    },
    /** Runs `rabbitmqctl`. */
    control: async (...args: string[]) => {
      this.#need('ctl');
      return await this.#aside(() => this.#brokerUnderTest.control(...args));
    },
    /** Runs a story while it has another setting of its application `rabbit`; for specs that run apart. */
    whileSet: async (name: string, value: string, story: () => Promise<void>) => {
      if (name === 'consumer_timeout') this.#need('tick');
      await this.broker.whileChanged(settingChanged(name, value), story);
    },
    /** Runs a story while Erlang expressions have changed it; for specs that run apart. */
    whileChanged: async (change: BrokerChange, story: () => Promise<void>) => {
      this.#need('ctl');
      await whileChanged(this.#brokerUnderTest, this.#aside, change, story);
    },
    /** Its log since the spec began. */
    log: async () => {
      this.#need('log');
      return await this.#brokerUnderTest.log(this.recorder.startedAt);
    },
  };

  /** The cluster under test; for claims that need `cluster`. */
  readonly cluster = new ClusterOnStage({
    change: (needed, inWords, change) => this.#change(needed, inWords, change),
    control: async (node, ...args) => {
      this.#need('ctl');
      return await this.#aside(() => this.#brokerUnderTest.controlNode(node, ...args));
    },
    nodes: () => this.#description.nodes ?? [],
    virtualHost: () => this.virtualHost(),
  });

  /** The management HTTP API; for claims that need `management`. */
  get management(): ManagementClient {
    this.#need('management');
    return this.#api().limitedTo((capability) => this.#need(capability));
  }

  /** A name that nobody else uses. */
  readonly uniqueName = (what: string): string => {
    this.#named += 1;
    return `${this.#name}.${what}-${this.#named}`;
  };

  /** The virtual host in which the spec's clients meet: one that specs share, unless it made its own. */
  readonly virtualHost = async (): Promise<string> => {
    this.#virtualHost ??= this.#description.capabilities.includes('administration')
      ? await this.#aside(() => this.#setUp.sharedVirtualHost())
      : this.#description.virtualHost;
    return this.#virtualHost;
  };

  /**
   * Makes a virtual host for this spec alone, in which all that it asks for from now on will be; for claims that need
   * `administration`.
   */
  readonly ownVirtualHost = async (): Promise<string> => {
    this.#need('administration');
    const what = this.uniqueName('virtual-host');
    this.#leavings.checkOpen();
    const making = this.#setUp.virtualHost(what);
    this.#cleanups.push(async () => await (await making).remove());
    const { name } = await this.#aside(() => making);
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
    this.#need('administration');
    const username = `${this.#brokerUnderTest.run}.${this.uniqueName('user')}`;
    const password = crypto.randomUUID();
    this.#leavings.checkOpen();
    this.#cleanups.push(() => this.#setUp.removeUser(username));
    await this.#aside(() => this.#setUp.user(username, password));
    if (permissions !== undefined) {
      const virtualHost = await this.virtualHost();
      await this.#aside(() => this.#setUp.permit(virtualHost, username, permissions));
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
    this.#need('policies');
    const virtualHost = await this.virtualHost();
    const name = this.uniqueName('policy');
    this.#leavings.checkOpen();
    this.#cleanups.push(() => this.#setUp.removePolicy(virtualHost, name));
    const policy = new Policy(this.#api().in(virtualHost).policies, name, to, of);
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
    if (isPluginType(type)) this.#need(exchangePlugins[type]);
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
    return await this.#connect('client', options);
  };

  /**
   * A connection on which the spec says every method itself, after the usual handshake and with channel 1
   * open; nothing is answered by itself. For what client libraries can't say.
   *
   * @param options what is unusual in the handshake; with `until`, it ends there and no channel is opened; `node`: the
   *   node of a cluster to which it connects
   */
  readonly raw = async ({
    name,
    node,
    ...options
  }: Partial<HandshakeOptions> & { name?: string; node?: NodeName } = {}): Promise<RawConnection> => {
    const witness = this.recorder.actor('client', name);
    const { username, password } = this.#description;
    const amqp = this.#listenerOf(node);
    const virtualHost = await this.virtualHost();
    const opening = { amqp, username, password, virtualHost, ...options };
    this.#leavings.checkOpen();
    const raw = await openRaw(opening, this.#nextConnection(), witness);
    this.#cleanups.push(async () => raw.destroy());
    if (this.#closed !== undefined) raw.destroy();
    return raw;
  };

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
        : await this.#connect('producer', { ...(name === undefined ? {} : { name }), ...options });
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
    const channel = on ?? (await (await this.#connect('consumer', { ...name, ...as })).channel());
    return await Consumer.start(options.name ?? channel.witness.name, channel, queue, options);
  };

  /** An RPC client with a callback queue of its own. */
  readonly rpcClient = async (options: ClientOptions = {}): Promise<RpcClient> => {
    const connection = await this.#connect('client', options);
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
    const connection = await this.#connect('consumer', name);
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
    const { amqp, username, password } = this.#description;
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
    await this.#aside(() => process.started());
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
        broker: () => this.#description,
        access: { virtualHost: await this.virtualHost(), queueType: this.#queueType },
        disturb: (what) => this.#disturb(what),
        signal: broken.signal,
      },
      options,
    );
  };

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
    await this.#closeConnections();
    for (const cleanup of this.#cleanups.toReversed()) await cleanup().catch(() => undefined);
    await this.#management?.close().catch(() => undefined);
    this.#leavings.leave(this.#virtualHost, this.#queueType.costly);
  }

  /** The last one first, so that what a connection owns goes when nobody uses it any more. */
  async #closeConnections(): Promise<void> {
    let patient = true;
    for (const connection of this.#connections.toReversed()) {
      if (patient) patient = await connection.dispose();
      else connection.cut();
    }
  }

  async #connect(kind: ActorKind, { name, tls, node, ...options }: ClientOptions): Promise<Connection> {
    if (tls !== undefined) this.#need('tls');
    const witness = this.recorder.actor(kind, name);
    const { amqps, username, password } = this.#description;
    const amqp = this.#listenerOf(node);
    this.#leavings.checkOpen();
    const connection = await Connection.open(
      {
        ...(tls === undefined ? amqp : { host: amqps?.host ?? '', port: amqps?.port ?? 0 }),
        username,
        password,
        virtualHost: options.virtualHost ?? (await this.virtualHost()),
        name: witness.name,
        queueType: this.#queueType,
        ...options,
        ...(tls === undefined ? {} : { tls: tls === true ? await this.#trusted() : tls }),
      },
      this.#nextConnection(),
      witness,
    );
    this.#connections.push(connection);
    if (this.#closed !== undefined) connection.cut();
    return connection;
  }

  #listenerOf(node: NodeName | undefined): Address {
    if (node === undefined) return this.#description.amqp;
    this.#need('cluster');
    const found = this.#description.nodes?.find(({ name }) => name === node);
    if (found === undefined) throw new CouldNotRun(`The broker has no node ${node}.`);
    return found.amqp;
  }

  #nextConnection(): number {
    this.#opened += 1;
    return this.#opened;
  }

  async #trusted(): Promise<NonNullable<ConnectionOptions['tls']>> {
    const { amqps } = this.#description;
    if (amqps === undefined) throw new CouldNotRun('The broker has no TLS listener.');
    return { serverName: amqps.serverName, ca: await readFile(amqps.caFile, 'utf8') };
  }

  /** The management HTTP API, for what the harness does itself too; for a broker that has it. */
  #api(): ManagementClient {
    const access = managementAccess(this.#description);
    if (access === undefined) throw new CouldNotRun('The broker has no management API.');
    this.#management ??= new ManagementClient(access);
    return this.#management;
  }

  /** What a claim does not say that it needs, its spec does not get, on any broker. */
  #need(capability: Capability): void {
    if (this.#needs.includes(capability)) return;
    throw new SpecMistake(`The claim uses ${capabilities[capability]}: say so, needs: ['${capability}'].`);
  }

  async #arrange(): Promise<Arrangement> {
    const virtualHost = await this.virtualHost();
    return new Arrangement({
      virtualHost,
      recorder: this.recorder,
      management: this.#needs.includes('management') ? this.#api() : undefined,
      connect: () => this.#connect('client', { name: 'arrangement', virtualHost }),
    });
  }

  #arranged(): Promise<Arrangement> {
    this.#arrangement ??= this.#arrange();
    return this.#arrangement;
  }

  async #disturb(what: 'restart' | 'kill' | 'upgrade'): Promise<void> {
    this.#need(what);
    await this.#meeting(what, what === 'kill' ? 'kill and restart' : what, () =>
      this.#brokerUnderTest[what](),
    );
    await this.#reachAgain();
    (await this.#arrangement)?.forget();
  }

  async #change(capability: Capability, inWords: string, change: ClusterChange): Promise<void> {
    this.#need('cluster');
    this.#need(capability);
    await this.#meeting(inWords, inWords, () => this.#brokerUnderTest.changeCluster(change));
    await this.#reachAgain();
  }

  /** Does something to the broker, once for all specs of the file. @param note how the timeline calls it */
  async #meeting(what: string, note: string, perform: () => Promise<void>): Promise<void> {
    const broker = this.recorder.actor('broker', 'broker');
    await this.#aside(() => this.#meet(what, perform));
    this.recorder.disturbed();
    broker.saw({ direction: 'note', what: note });
  }

  /** Its addresses may have changed. */
  async #reachAgain(): Promise<void> {
    this.#description = await this.#through((await this.#brokerUnderTest.state()).description);
    const { managementUrl } = this.#description;
    if (managementUrl !== undefined) await this.#management?.http.moveTo(managementUrl);
  }
}
