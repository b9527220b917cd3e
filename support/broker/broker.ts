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
};

/** What can be done with any RabbitMQ that we start: all of them but an upgrade, which takes a second release. */
export const allCapabilities: readonly Capability[] = Object.keys(capabilities).filter(
  (name): name is Capability => name in capabilities && name !== 'upgrade',
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

/** Everything that a spec needs to know of the broker under test; plain data, so it can travel between processes. */
export interface BrokerDescription {
  provider: ProviderName;
  /** One line for people: `RabbitMQ 3.10.8, embedded (Debian packages, Erlang 25)`. */
  title: string;
  /** As the broker itself says in `connection.start`, in lower case: `rabbitmq`. */
  product: string;
  /** As the broker itself says in `connection.start`: `3.10.8`. */
  version: string;
  /** Absent where the broker has no such choice, or does not tell. */
  metadataStore?: (typeof metadataStores)[number];
  amqp: Address;
  /**
   * A listener of the same broker that is reached by an address that is not loopback for the broker; it may be open
   * only from `openToElsewhere` to `closeToElsewhere`.
   */
  amqpFromElsewhere?: Address;
  /** A listener on which `guest` is on the broker's own host: as `amqp` for a local node; absent for a container. */
  amqpFromOwnHost?: Address;
  /** The TLS listener, the name in its certificate, and the file of the certificate authority (PEM). */
  amqps?: Address & { serverName: string; caFile: string };
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

/** The shell's variables for what is not told: passwords, percent-encoded, and commands, which may hold some. */
export const secretVariables = [
  'AMQP_PASSWORD',
  'MANAGEMENT_PASSWORD',
  'RESTART_COMMAND',
  'KILL_COMMAND',
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
}
