import type { ManagementOptions } from '../management/http.ts';

/** The four ways to get a broker under test. */
export const providerNames = ['external', 'container', 'local', 'embedded'] as const;
export type ProviderName = (typeof providerNames)[number];

/**
 * Something that a spec needs beyond an AMQP connection.
 *
 * - `management`: the management HTTP API answers, and shows the virtual host in which specs run.
 * - `administration`: by that API, a user may make virtual hosts and users, give permissions and set limits. Without
 *   it, specs run in a virtual host that is there already.
 * - `policies`: by that API, a user may set policies.
 * - `restart`: the broker can be stopped gracefully and started again with its data.
 * - `kill`: the broker can be killed without warning (SIGKILL) and started again with its data.
 * - `upgrade`: it can be stopped, and the next release started with its data.
 * - `ctl`: `rabbitmqctl` can be run against it.
 * - `log`: its log can be read.
 * - `tls`: it has a TLS listener whose certificate authority is known.
 * - `guest`: the default user `guest` exists, and an AMQP listener can be reached both from the
 *   broker's own host and from elsewhere.
 * - `tick`: it checks for acknowledgement timeouts every second or so instead of once a minute
 *   (`channel_tick_interval`).
 * - `rabbitmq_consistent_hash_exchange`, `rabbitmq_recent_history_exchange`: this plugin of RabbitMQ's is enabled.
 * - `cluster`: it is a cluster of three nodes.
 * - `node_kill`: a node of it can be killed without warning (SIGKILL), and started again with its data.
 * - `node_stop`: a node of it can be stopped gracefully, and started again with its data.
 * - `node_pause`: a node of it can be suspended (SIGSTOP), and go on.
 * - `partition`: the links of a node to the others can be cut and healed.
 * - `stall`: a link between two nodes can let nothing pass, one way or both, without anybody being told.
 * - `maintenance`: a node can be put into maintenance mode (drained), and back.
 */
export const capabilities = {
  management: 'the management HTTP API',
  administration: 'a user who may make virtual hosts and users',
  policies: 'a user who may set policies',
  restart: 'a graceful restart of the broker',
  kill: 'killing the broker without warning',
  upgrade: 'an upgrade in place to another release',
  ctl: 'rabbitmqctl',
  log: "the broker's log",
  tls: 'a TLS listener with a known certificate authority',
  guest: 'the default user, and a listener that is not on loopback',
  tick: 'a short interval between the checks for acknowledgement timeouts',
  rabbitmq_consistent_hash_exchange: 'the plugin for consistent hash exchanges',
  rabbitmq_recent_history_exchange: 'the plugin for recent history exchanges',
  cluster: 'a cluster of three nodes',
  node_kill: 'killing a node of a cluster without warning',
  node_stop: 'stopping and starting a node of a cluster',
  node_pause: 'suspending a node of a cluster',
  partition: 'cutting a node of a cluster off',
  stall: 'a link between nodes that lets nothing pass',
  maintenance: 'the maintenance mode of a node',
} as const;
export type Capability = keyof typeof capabilities;

/** What opens a capability that a broker of somebody else lacks. */
export const openedBy: Record<Capability, string> = {
  management: 'MANAGEMENT_URL, of a user with the tag management',
  administration: 'MANAGEMENT_URL, of a user with the tag administrator',
  policies: 'MANAGEMENT_URL, of a user with the tag policymaker',
  restart: 'RESTART_COMMAND',
  kill: 'KILL_COMMAND',
  upgrade: 'pnpm upgrade A B',
  tls: 'AMQP_URL with amqps:// and the name of the host, and AMQP_CA_FILE',
  ctl: 'a broker that brokerproof starts',
  log: 'a broker that brokerproof starts',
  guest: 'a broker that brokerproof starts',
  tick: 'a broker that brokerproof starts',
  rabbitmq_consistent_hash_exchange: 'rabbitmq-plugins enable rabbitmq_consistent_hash_exchange',
  rabbitmq_recent_history_exchange: 'rabbitmq-plugins enable rabbitmq_recent_history_exchange',
  cluster: 'pnpm test --cluster',
  node_kill: 'pnpm test --cluster',
  node_stop: 'pnpm test --cluster',
  node_pause: 'pnpm test --cluster',
  partition: 'pnpm test --cluster',
  stall: 'pnpm test --cluster',
  maintenance: 'pnpm test --cluster',
};

/** What only a cluster can have. */
export const clusterCapabilities = [
  'cluster',
  'node_kill',
  'node_stop',
  'node_pause',
  'partition',
  'stall',
  'maintenance',
] as const satisfies readonly Capability[];

const ofClusters: ReadonlySet<string> = new Set(clusterCapabilities);

/** All others but an upgrade, which takes a second release: what can be done with a single RabbitMQ that we start. */
export const allCapabilities: readonly Capability[] = Object.keys(capabilities).filter(
  (name): name is Capability => name in capabilities && name !== 'upgrade' && !ofClusters.has(name),
);

/** Plugins of RabbitMQ's that are a capability each, by the type of exchange that they add. */
export const exchangePlugins = {
  'x-consistent-hash': 'rabbitmq_consistent_hash_exchange',
  'x-recent-history': 'rabbitmq_recent_history_exchange',
} as const satisfies Record<string, Capability>;

/** Where a listener is reached. */
export interface Address {
  host: string;
  port: number;
}

/** How to log in at a broker. */
export interface Access {
  username: string;
  password: string;
  virtualHost: string;
}

/** Where a RabbitMQ keeps queues, exchanges, bindings, users. @see https://www.rabbitmq.com/docs/metadata-store */
export const metadataStores = ['mnesia', 'khepri'] as const;

/** The nodes of a cluster. Nothing is ever done to `a`, on which the harness itself stands. */
export const nodeNames = ['a', 'b', 'c'] as const;
export type NodeName = (typeof nodeNames)[number];

/** One node of a cluster. Plain data. */
export interface ClusterNode {
  name: NodeName;
  /** As the nodes call each other: `rabbit@b`. */
  erlangName: string;
  amqp: Address;
}

/**
 * What is wrong with the link between two nodes.
 *
 * - `cut`: connections are reset and new ones refused, both ways.
 * - `stalled`: what `from` says to `to` does not arrive, and nobody is told.
 */
export interface LinkFault {
  from: NodeName;
  to: NodeName;
  how: 'cut' | 'stalled';
}

/** What is done to a cluster; `links` are all faults of links that there are from then on. Plain data. */
export type ClusterChange =
  | { kill: NodeName }
  | { stop: NodeName }
  | { start: NodeName }
  | { pause: NodeName }
  | { resume: NodeName }
  | { drain: NodeName }
  | { revive: NodeName }
  | { links: readonly LinkFault[] };

/** What can be done to the nodes of a cluster, and to the links between them. */
export interface Cluster {
  /**
   * Resolves when the nodes and a client have witnessed it; what takes something back, when the cluster is whole.
   *
   * @throws CouldNotRun when it did not happen
   */
  change(change: ClusterChange): Promise<void>;
  /**
   * Takes everything back that was done to it. A cluster that does not become whole is thrown away and made anew.
   *
   * @returns whether it is another one
   */
  restore(): Promise<boolean>;
  /** Runs `rabbitmqctl` for one of its nodes; gives what it printed, throws with its error output. */
  control(node: NodeName, args: readonly string[]): Promise<string>;
}

/** Clients with certificates for the TLS listener of a broker that we start; files are PEM. */
export interface TlsClients {
  /** The name in the certificates, that of a user without a password and without permissions. */
  name: string;
  /** Signed by the authority of the listener. */
  known: { certFile: string; keyFile: string };
  /** Signed by another. */
  stranger: { certFile: string; keyFile: string };
}

/** Everything that a spec needs to know of the broker under test; plain data, so it can travel between processes. */
export interface BrokerDescription {
  provider: ProviderName;
  /** One line for people: `RabbitMQ 3.10.8, embedded (Debian packages, Erlang 25)`. */
  title: string;
  /** As the broker itself says in `connection.start`, in lower case: `rabbitmq`. */
  product: string;
  /** As the broker itself says in `connection.start`: `3.10.8`. */
  version: string;
  /** From which release to which it was upgraded in place, and what else that changed, a sentence each; absent: it was not. */
  upgraded?: { from: string; to: string; changes: readonly string[] };
  /** Absent where the broker has no such choice, or does not tell. */
  metadataStore?: (typeof metadataStores)[number];
  /** Of a cluster: that of its node `a`. */
  amqp: Address;
  /** Of a cluster, in the order of their names; absent: it is none. */
  nodes?: readonly ClusterNode[];
  /**
   * A listener of the same broker that is reached by an address that is not loopback for the broker; it may be open
   * only from `openToElsewhere` to `closeToElsewhere`.
   */
  amqpFromElsewhere?: Address;
  /** A listener on which `guest` is on the broker's own host: as `amqp` for a local node; absent for a container. */
  amqpFromOwnHost?: Address;
  /** The TLS listener, the name in its certificate, and the file of the certificate authority (PEM). */
  amqps?: Address & { serverName: string; caFile: string; clients?: TlsClients };
  /** Base URL without a trailing slash: `http://127.0.0.1:15672`. */
  managementUrl?: string;
  /** Who logs in: an administrator, where there is `administration`. */
  username: string;
  password: string;
  /** Who asks the management API, where that is another than who logs in. */
  managementUser?: { username: string; password: string };
  /** The virtual host to fall back on where none can be made (no `administration`). */
  virtualHost: string;
  capabilities: Capability[];
  /** Why a capability is missing, for those that are: `no RESTART_COMMAND was given`. */
  missing: Partial<Record<Capability, string>>;
  /**
   * How to choose this broker again, as environment variables: `BROKER=embedded`. No secrets: for these stand variables
   * of the shell, `$AMQP_PASSWORD`, of `secretVariables`.
   */
  environment: Record<string, string>;
}

/** The variables of commands that do something to the node `$NODE` of a cluster of somebody else's. */
export const nodeCommands = [
  'NODE_KILL_COMMAND',
  'NODE_STOP_COMMAND',
  'NODE_START_COMMAND',
  'NODE_PAUSE_COMMAND',
  'NODE_RESUME_COMMAND',
  'NODE_CUT_COMMAND',
  'NODE_HEAL_COMMAND',
  'NODE_DRAIN_COMMAND',
  'NODE_REVIVE_COMMAND',
] as const;
export type NodeCommand = (typeof nodeCommands)[number];

/** The shell's variables for what is not told: passwords, percent-encoded, and commands, which may hold some. */
export const secretVariables = [
  'AMQP_PASSWORD',
  'MANAGEMENT_PASSWORD',
  'RESTART_COMMAND',
  'KILL_COMMAND',
  ...nodeCommands,
] as const;

/** How to ask the management API of a broker; `undefined` where it has none. */
export function managementAccess(broker: BrokerDescription): ManagementOptions | undefined {
  const { managementUrl: url, title, managementUser: { username, password } = broker } = broker;
  // A title begins with the product and its version
  return url === undefined ? undefined : { url, username, password, of: title.replace(/,.*/s, '') };
}

/** A broker under test that runs. */
export interface Broker {
  readonly description: BrokerDescription;
  /** Stops it gracefully, starts it with the same data, and waits until it answers. Addresses may change. */
  restart(): Promise<BrokerDescription>;
  /** Kills it with SIGKILL, starts it with the same data, and waits until it answers. Addresses may change. */
  kill(): Promise<BrokerDescription>;
  /**
   * Enables all stable feature flags, stops it gracefully, starts the next release with its data, and waits until that
   * answers; absent: there is no next release.
   */
  upgrade?(): Promise<BrokerDescription>;
  /** Runs `rabbitmqctl` with these arguments; gives what it printed, throws with its error output. */
  control(args: readonly string[]): Promise<string>;
  /** The lines of its log from `since` on (milliseconds since the epoch), oldest first. */
  log(since: number): Promise<string>;
  /** Opens `amqpFromElsewhere` until `closeToElsewhere` is called as often; absent: it is always open, or there is none. */
  openToElsewhere?(): Promise<void>;
  closeToElsewhere?(): Promise<void>;
  /** Absent where the broker is no cluster. */
  readonly cluster?: Cluster;
  /** `undefined` while it runs; after an end that nobody asked for: how it ended, in one line. */
  died(): string | undefined;
  /** Stops and removes everything that was started for it. Never rejects because it is gone already. */
  stop(): Promise<void>;
}

/** Whether a provider works on this machine, and if not, why and what to do. */
export type Availability = { works: true; why: string } | { works: false; why: string; cure: string };

export interface Provider {
  readonly name: ProviderName;
  /** Looks without starting anything, in a second or two at most. */
  available(): Promise<Availability>;
  /**
   * @param signal aborts the start; whatever was started till then is removed
   * @param say tells the user a line of what is unusual
   * @throws UsageError when it can't be started
   */
  start(signal: AbortSignal, say?: (line: string) => void): Promise<Broker>;
  /** The same for a cluster of three nodes. */
  startCluster(signal: AbortSignal, say?: (line: string) => void): Promise<Broker>;
}
