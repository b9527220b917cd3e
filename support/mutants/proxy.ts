import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import tls from 'node:tls';
import { inspect } from 'node:util';
import type { Address, BrokerDescription, ClusterNode, NodeName } from '../broker/broker.ts';
import { unknownCertificate } from '../broker/rabbitmq/certificates.ts';
import { CouldNotRun } from '../errors.ts';
import { startManagementProxy } from './management/proxy.ts';
import type { Mutant, TlsRule } from './mutant.ts';
import { ProxiedConnection } from './proxy/proxied-connection.ts';
import { MutantAtWork } from './proxy/mutant-at-work.ts';
import type { Administrator } from './rule.ts';

export interface MutantProxyOptions {
  mutant: Mutant;
  /** The broker's AMQP listener. */
  amqp: Address;
  /** Those of the nodes of a cluster. Absent: it is none. */
  nodes?: readonly ClusterNode[];
  /**
   * Its TLS listener, the name in its certificate and the file of the certificate authority (PEM); and files
   * of a certificate with its key, by which clients take the proxy for the broker, and by which the broker takes it for
   * one of its clients. Absent: no TLS.
   */
  amqps?: NonNullable<BrokerDescription['amqps']> & { certFile: string; keyFile: string };
  /** The base URL of its management API. Absent: none. */
  managementUrl?: string;
  /** For mutants that pass access checks by. */
  administrator?: Administrator;
}

/** Stands in front of a broker; clients connect to it instead. */
export interface MutantProxy {
  readonly amqp: Address;
  readonly nodes?: readonly ClusterNode[];
  readonly amqps?: NonNullable<BrokerDescription['amqps']>;
  readonly managementUrl?: string;
  /** How often it changed something. */
  readonly fired: number;
  /**
   * Breaks all connections off, and listens no longer.
   *
   * @throws CouldNotRun when a rule of the mutant failed
   */
  close(): Promise<void>;
}

/** Starts a proxy on ports of its own, on loopback. */
export async function startMutantProxy(options: MutantProxyOptions): Promise<MutantProxy> {
  const { mutant, amqp, nodes, amqps, managementUrl, administrator } = options;
  const atWork = new MutantAtWork(mutant, administrator);
  const connections = new Set<ProxiedConnection>();
  const connect = (client: net.Socket, broker: net.Socket, node: NodeName | undefined): void => {
    broker.setNoDelay(true);
    const connection = new ProxiedConnection(atWork, client, broker, node);
    connections.add(connection);
    client.once('close', () => connections.delete(connection));
  };

  const plainServer = (address: Address, node?: NodeName): net.Server => {
    const other = nodes?.find(({ name }) => node !== undefined && name === atWork.servedBy.get(node));
    return net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      if (other !== undefined) atWork.fired += 1;
      if (node !== undefined) atWork.saw(`connection to node ${node}`);
      connect(client, net.connect({ ...(other?.amqp ?? address), allowHalfOpen: true }), node);
    });
  };
  const plain = plainServer(amqp, nodes?.[0]?.name);
  const ofNodes = nodes?.map((node) => ({ node, server: plainServer(node.amqp, node.name) }));
  const servers = [plain, ...(ofNodes ?? []).map(({ server }) => server)];
  const alone = (client: net.Socket, broker: net.Socket): void => connect(client, broker, undefined);
  const plainly = (client: net.Socket): void => {
    atWork.fired += 1;
    alone(client, net.connect({ ...amqp, allowHalfOpen: true }));
  };
  const secure = amqps === undefined ? undefined : await secureServer(amqps, atWork, alone, plainly);
  if (secure !== undefined) {
    secure.on('connection', () => atWork.saw('connection over TLS'));
    servers.push(secure);
  }
  /** Also those that never came to speak TLS. */
  const clients = new Set<net.Socket>();
  for (const server of servers) {
    server.on('connection', (client) => {
      clients.add(client);
      client.once('close', () => clients.delete(client));
    });
  }
  const management =
    managementUrl === undefined ? undefined : await startManagementProxy({ atWork, url: managementUrl });
  await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }),
  );

  return {
    amqp: addressOf(plain),
    ...(ofNodes === undefined
      ? {}
      : { nodes: ofNodes.map(({ node, server }) => ({ ...node, amqp: addressOf(server) })) }),
    ...(secure === undefined || amqps === undefined ? {} : { amqps: { ...amqps, ...addressOf(secure) } }),
    ...(management === undefined ? {} : { managementUrl: management.url }),
    get fired() {
      return atWork.fired;
    },
    close: async () => {
      const closed = servers.map(async (server) => {
        server.close();
        await once(server, 'close');
      });
      for (const each of [...connections, ...clients]) each.destroy();
      await Promise.all([...closed, management?.close()]);
      if (atWork.failure !== undefined) {
        throw new CouldNotRun(`The mutant ${mutant.name} failed: ${inspect(atWork.failure)}`, {
          cause: atWork.failure,
        });
      }
    },
  };
}

async function secureServer(
  { host, port, serverName, caFile, certFile, keyFile, clients }: NonNullable<MutantProxyOptions['amqps']>,
  atWork: MutantAtWork,
  connect: (client: net.Socket, broker: net.Socket) => void,
  plainly: (client: net.Socket) => void,
): Promise<net.Server> {
  const [ca, right, known] = await Promise.all([
    readFile(caFile),
    certificateIn(certFile, keyFile),
    clients === undefined ? {} : certificateIn(clients.known.certFile, clients.known.keyFile),
  ]);
  const shown = atWork.tls.has('authority') ? await unknownCertificate(serverName) : right;
  const taken = (wrong: TlsRule['wrong']): boolean => {
    if (atWork.tls.has(wrong)) atWork.fired += 1;
    return atWork.tls.has(wrong);
  };
  // Whether the client has a certificate, and which, is the broker's to judge
  const asking = { requestCert: true, rejectUnauthorized: false, ca };
  const secure = tls.createServer({ ...shown, ...asking, allowHalfOpen: true }, (client) => {
    client.setNoDelay(true);
    const socket = net.connect({ host, port, allowHalfOpen: true });
    const certificate = client.authorized || taken('certificate not demanded') ? known : {};
    const spoken = taken('settings ignored') ? {} : spokenBy(client);
    connect(client, tls.connect({ socket, servername: serverName, ca, ...certificate, ...spoken }));
  });
  if (atWork.tls.has('authority')) secure.on('connection', () => (atWork.fired += 1));
  if (!atWork.tls.has('plain accepted')) return secure;
  return net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    client.on('error', () => client.destroy());
    client.once('data', (chunk) => {
      client.pause();
      client.unshift(chunk);
      // TLS reads what is buffered here, and then from below
      if (chunk[0] === handshakeRecord) {
        secure.emit('connection', client);
        return;
      }
      plainly(client);
      client.resume();
    });
  });
}

/** The version of TLS and the cipher suite of a client. */
function spokenBy(client: tls.TLSSocket): tls.ConnectionOptions {
  const version = client.getProtocol() as tls.SecureVersion;
  return { minVersion: version, maxVersion: version, ciphers: client.getCipher().name };
}

/** With which a client's first TLS record begins. */
const handshakeRecord = 22;

async function certificateIn(certFile: string, keyFile: string): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  return { cert, key };
}

function addressOf(server: net.Server): Address {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError(`It listens on ${address}.`);
  return { host: '127.0.0.1', port: address.port };
}
