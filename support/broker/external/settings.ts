import { UsageError } from '../../errors.ts';
import { type Address, type NodeCommand, nodeCommands } from '../broker.ts';

/** Who logs in. */
export interface Credentials {
  username: string;
  password: string;
}

/** What the environment says of the external broker. */
export interface ExternalSettings {
  /** Of `AMQP_URL`; its addresses are of one broker or cluster, and are used in turn. */
  amqp: Credentials & { addresses: readonly [Address, ...Address[]]; virtualHost: string; tls: boolean };
  /** Of `AMQP_CA_FILE`: the authority of the broker's certificate (PEM). */
  caFile?: string;
  /** Of `MANAGEMENT_URL`, whose credentials are those of `AMQP_URL` unless it has its own. */
  management?: Credentials & { url: string };
  restartCommand?: string;
  killCommand?: string;
  /** Of `NODES`: how commands call the nodes at the addresses of `AMQP_URL`; by default these addresses' hosts. */
  nodes: readonly string[];
  /** What is done to a node, each by a command that is told its name by the variable `NODE`. */
  nodeCommands: Partial<Record<NodeCommand, string>>;
}

const amqpForm = 'amqp://user:password@host:port/vhost';
const severalForm = 'amqp://user:password@host1:port1,host2:port2/vhost';
const managementForm = 'http://user:password@host:port';
const encoding = 'reserved characters in a part percent-encoded (@ as %40, # as %23, / as %2F)';

/**
 * Reads `AMQP_URL`, `AMQP_CA_FILE`, `MANAGEMENT_URL`, `RESTART_COMMAND`, `KILL_COMMAND`, `NODES` and the commands for
 * nodes. The defaults within a URL are those of the URI specification: port 5672 or 5671, user and password `guest`, and `/` as
 * virtual host, also for a path that is empty. `AMQP_URL` may have several hosts, with a comma between them.
 *
 * @see https://www.rabbitmq.com/docs/uri-spec
 * @throws UsageError when one is malformed or `AMQP_URL` is missing; never with a password in it
 */
export function readExternalSettings(environment: NodeJS.ProcessEnv): ExternalSettings {
  const { AMQP_URL, AMQP_CA_FILE, MANAGEMENT_URL, RESTART_COMMAND, KILL_COMMAND, NODES } = environment;
  if (!AMQP_URL) throw new UsageError('AMQP_URL is not set.', `Set it: AMQP_URL=${amqpForm}`);

  const amqp = readAmqpUrl(AMQP_URL);
  if (AMQP_CA_FILE && !amqp.tls) {
    throw new UsageError(
      'AMQP_CA_FILE is set, but AMQP_URL does not begin with amqps://.',
      'Unset it, or let AMQP_URL point to a TLS listener.',
    );
  }
  return {
    amqp,
    ...(AMQP_CA_FILE ? { caFile: AMQP_CA_FILE } : {}),
    ...(MANAGEMENT_URL ? { management: readManagementUrl(MANAGEMENT_URL, amqp) } : {}),
    ...(RESTART_COMMAND ? { restartCommand: RESTART_COMMAND } : {}),
    ...(KILL_COMMAND ? { killCommand: KILL_COMMAND } : {}),
    nodes: NODES ? readNodes(NODES, amqp.addresses.length) : amqp.addresses.map(({ host }) => host),
    nodeCommands: Object.fromEntries(
      nodeCommands.flatMap((name) => {
        const command = environment[name];
        return command ? [[name, command]] : [];
      }),
    ),
  };
}

function readNodes(text: string, count: number): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length === count && !names.includes('')) return names;
  throw new UsageError(
    `NODES names ${names.length}, and AMQP_URL has ${count} ${count === 1 ? 'address' : 'addresses'}.`,
    'Name the nodes in the order of their addresses, with a comma between them.',
  );
}

function readAmqpUrl(text: string): ExternalSettings['amqp'] {
  // One host after the other: a URL has no place for several
  const { before, hosts = '', after } = severalHosts.exec(text)?.groups ?? {};
  const texts = hosts.split(',').map((host) => `${before}${host.trim()}${after}`);
  const [first, ...others] = hosts.includes(',') ? texts : [text];
  const read = (one: string) =>
    readUrl('AMQP_URL', one, ['amqp:', 'amqps:'], others.length === 0 ? amqpForm : severalForm);
  const { url, username, password, path } = read(first ?? '');
  const tls = url.protocol === 'amqps:';
  return {
    addresses: [addressIn(url), ...others.map((other) => addressIn(read(other).url))],
    tls,
    virtualHost: path || '/',
    ...(username === '' ? { username: 'guest', password: 'guest' } : { username, password }),
  };
}

const severalHosts = /^(?<before>amqps?:\/\/(?:[^@/?#]*@)?)(?<hosts>[^@/?#]*)(?<after>.*)$/is;

function addressIn(url: URL): Address {
  const defaultPort = url.protocol === 'amqps:' ? 5671 : 5672;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
  };
}

function readManagementUrl(text: string, amqp: Credentials): Credentials & { url: string } {
  const protocols = ['http:', 'https:'];
  const { url, username, password } = readUrl('MANAGEMENT_URL', text, protocols, managementForm);
  return {
    url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    ...(username === '' ? { username: amqp.username, password: amqp.password } : { username, password }),
  };
}

/** A URL, and those of its parts that are percent-encoded in it. */
interface Decoded extends Credentials {
  url: URL;
  /** Without its first slash. */
  path: string;
}

function readUrl(name: string, text: string, protocols: readonly string[], form: string): Decoded {
  const malformed = (what: string): UsageError =>
    new UsageError(`${name} ${what}.`, `Write it as ${form}, with ${encoding}.`);
  if (!URL.canParse(text)) throw malformed('is malformed');

  const url = new URL(text);
  if (!protocols.includes(url.protocol))
    throw malformed(`must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);

  if (url.hostname === '') throw malformed('names no host');

  // After such a character in a password, what is left of it is taken for something else, and the user for the host.
  if (url.hash !== '' || `${url.pathname}${url.search}`.includes('@'))
    throw malformed('has a reserved character in one of its parts');

  try {
    return {
      url,
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      path: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch {
    throw malformed('has a % that begins no percent-encoding');
  }
}
