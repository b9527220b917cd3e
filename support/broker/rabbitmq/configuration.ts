import { randomBytes } from 'node:crypto';

import type { Address } from '../broker.ts';
import { certificateFiles, clientName } from './certificates.ts';
import { passwordHash, sha256Hashing } from './password-hash.ts';

/** Plugins of every broker that we start; what they depend on comes with them. */
const enabledPlugins: readonly string[] = [
  'rabbitmq_management',
  'rabbitmq_consistent_hash_exchange',
  'rabbitmq_recent_history_exchange',
  // Clients log in by certificates where the listener is told to ask for them, which none is by default
  'rabbitmq_auth_mechanism_ssl',
];

/** Of clusters alone, as a broker starts faster without them. */
const clusterPlugins: readonly string[] = ['rabbitmq_shovel', 'rabbitmq_federation'];

/** What a node of a cluster has instead of the management API, so that another one tells of it. */
const managementAgent = 'rabbitmq_management_agent';

/** Seconds of silence after which a node takes another one for gone; a quarter more or less. A minute by default. */
export const netTickSeconds = 8;

/** How a broker is to find the others of its cluster. */
export interface ClusterConfiguration {
  /** In Erlang's terms; all of them, itself too. */
  nodes: readonly string[];
  /** Whether it has the management API. */
  management: boolean;
  /** Whether it looks for others once only before it begins a cluster. Up to 3.13 a lock makes sure that there is one. */
  looksOnce: boolean;
}

/** Plugins of a broker that we start. @param cluster of which it is; absent: none */
export function pluginsOf(cluster?: Pick<ClusterConfiguration, 'management'>): readonly string[] {
  if (cluster === undefined) return enabledPlugins;
  const plugins = [...enabledPlugins, ...clusterPlugins];
  if (cluster.management) return plugins;
  return plugins.map((plugin) => (plugin === 'rabbitmq_management' ? managementAgent : plugin));
}

/** The administrator of every broker that we start. */
export const administrator = 'brokerproof';

/**
 * An Erlang expression, for `rabbitmqctl eval`, that stops a node gracefully within a tenth of a second: clients
 * are told, queues and stores are closed. SIGTERM and `rabbitmqctl stop` do the same, but up to 3.13 they spend
 * five seconds more: on its end the management plugin asks the very process that waits for its end to change a
 * setting.
 */
export const gracefulStop =
  'catch(gen_event:delete_handler(rabbit_event,rabbit_mgmt_db_handler,[])),rabbit:stop(),halt()';

/** What a broker of ours is to be, in its own terms. */
export interface ConfigurationOptions {
  /** Folder of the files below, and of the certificates, as the broker sees it: `/etc/rabbitmq`. */
  folder: string;
  /** The AMQP listener, as the broker binds it: `{ host: '0.0.0.0', port: 5672 }`. */
  amqp: Address;
  /** A TLS listener with the certificates that `makeCertificates` wrote into `folder`. */
  amqps?: Address;
  management: Address;
  /** Password of {@link administrator}. */
  password: string;
  /** Absent: it stands alone. */
  cluster?: ClusterConfiguration;
}

/** Names and contents of the files to put into the folder of the configuration. */
export interface ConfigurationFiles {
  'rabbitmq.conf': string;
  'advanced.config': string;
  enabled_plugins: string;
  'definitions.json': string;
}

/**
 * Milliseconds between two reports of a queue or channel on itself; 5000 by default. With forty
 * queues in use an idle broker takes 2 % of a core so.
 */
const statisticsIntervalMs = 200;

/**
 * Settings of how long the management plugin keeps samples, and how often, in seconds, it takes one from those
 * reports: once a second is the most it can do. By default it is every five, so what the API says of a queue is
 * up to five seconds old, however often the queue reports.
 */
const samples = ['global.minute = 1', 'basic.minute = 1', 'detailed.10 = 1'];

/** Milliseconds between two checks for acknowledgement timeouts; a minute by default. */
const channelTickIntervalMs = 1000;

/**
 * Milliseconds between two reports of a quorum queue or a stream on itself; 5000 by default. Long enough for a queue to be
 * declared on a busy machine meanwhile: a report in the middle of that makes 3.10 end the connection with 541.
 */
const queueTickIntervalMs = 1_500;

/** Milliseconds between two looks at whether the leader of a quorum queue is still there; 5000 by default. */
const suspicionMs = 1_000;

/**
 * Configuration of a broker under test, valid from RabbitMQ 3.8 to 4.3. It differs from the defaults only
 * in where it listens, in who may administrate, in how often it looks, and in what it logs.
 *
 * @see https://www.rabbitmq.com/docs/configure
 */
export function rabbitmqConfiguration(options: ConfigurationOptions): ConfigurationFiles {
  return {
    'rabbitmq.conf': mainConfiguration(options),
    // Here and not in rabbitmq.conf, because images bring their own conf.d that lets guest in from anywhere,
    // and this file has the last word.
    'advanced.config': `[{rabbit, [{channel_tick_interval, ${channelTickIntervalMs}}, {quorum_tick_interval, ${queueTickIntervalMs}}, {stream_tick_interval, ${queueTickIntervalMs}}, {loopback_users, [<<"guest">>]}]}${options.cluster === undefined ? '' : `, {aten, [{poll_interval, ${suspicionMs}}]}`}].\n`,
    enabled_plugins: `[${pluginsOf(options.cluster).join(', ')}].\n`,
    'definitions.json': `${JSON.stringify(definitions(options.password), undefined, 2)}\n`,
  };
}

/** A password for {@link administrator}: never one that `rabbitmqctl` takes for an option, as it begins with a hyphen. */
export function randomPassword(): string {
  return randomBytes(18).toString('hex');
}

function mainConfiguration({ folder, amqp, amqps, management, cluster }: ConfigurationOptions): string {
  const lines = [
    `listeners.tcp.1 = ${amqp.host}:${amqp.port}`,
    `load_definitions = ${folder}/definitions.json`,
    `collect_statistics_interval = ${statisticsIntervalMs}`,
    ...(cluster?.management === false
      ? []
      : [
          `management.tcp.ip = ${management.host}`,
          `management.tcp.port = ${management.port}`,
          ...samples.map((sample) => `management.sample_retention_policies.${sample}`),
        ]),
    ...(cluster === undefined ? [] : clusterConfiguration(cluster)),
    // A small disk is no subject of any claim; the alarm is raised by specs that need it.
    'disk_free_limit.absolute = 10MB',
    'log.console = true',
    'log.console.level = info',
    'log.file = false',
    // That clients came and went is three lines for each, among which a reader looks for those that matter
    'log.connection.level = warning',
  ];
  if (amqps !== undefined) {
    lines.push(
      `listeners.ssl.1 = ${amqps.host}:${amqps.port}`,
      `ssl_options.cacertfile = ${folder}/${certificateFiles.ca}`,
      `ssl_options.certfile = ${folder}/${certificateFiles.certificate}`,
      `ssl_options.keyfile = ${folder}/${certificateFiles.key}`,
      'ssl_options.verify = verify_none',
      'ssl_options.fail_if_no_peer_cert = false',
    );
  }
  return `${lines.join('\n')}\n`;
}

function clusterConfiguration({ nodes, looksOnce }: ClusterConfiguration): string[] {
  return [
    'cluster_name = brokerproof',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...nodes.map((node, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${node}`),
    // The first one would wait five seconds for others
    ...(looksOnce
      ? ['cluster_formation.discovery_retry_limit = 1', 'cluster_formation.discovery_retry_interval = 100']
      : []),
    // What is documented for three nodes; by default Mnesia stays divided for good
    'cluster_partition_handling = pause_minority',
  ];
}

// A node that loads definitions makes neither the default user nor the default virtual host. Everybody knows the
// password of guest, who may do nothing therefore; a claim about guest gives permissions for its own virtual host.
function definitions(password: string): object {
  return {
    vhosts: [{ name: '/' }],
    users: [
      user('guest', 'guest', ''),
      user(administrator, password, 'administrator'),
      // Without a password it can't log in by one
      { ...user(clientName, '', ''), password_hash: '' },
    ],
    permissions: [{ user: administrator, vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  };
}

function user(name: string, password: string, tags: string): object {
  return {
    name,
    password_hash: passwordHash(password),
    hashing_algorithm: sha256Hashing,
    // Before 3.9 a string of names with commas; one name, or none, reads the same in both.
    tags,
  };
}
