import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { newRunName } from '../../management/run-name.ts';
import { CouldNotRun } from '../../errors.ts';
import type { Broker, Cluster, ClusterChange, NodeName } from '../broker.ts';
import { ChangeCounter } from './change-counter.ts';
import type { KnownExtensions, Profile } from '../profile.ts';
import { Ledger } from './ledger.ts';
import { Watchdog } from './watchdog.ts';

/** Where and with which secret the processes that run specs reach the broker's host. Plain data. */
export interface ServerAddress {
  url: string;
  token: string;
  /** Begins the names of all that this run makes on a broker that goes on living: `brokerproof-tm9u4o-x3f8`. */
  run: string;
}

/** What a run knows of its broker beforehand. Plain data. */
export interface Foreknowledge {
  /** The file of its profile; absent: it has none. */
  profile?: string;
  /** How it is declared to deviate, by the ids of claims. */
  deviations: Profile['deviations'];
  extensions: KnownExtensions;
}

/**
 * Lets the processes that run specs use the broker that the run started: its description, restart,
 * kill, `rabbitmqctl` and log. Loopback only, and only with the token.
 */
export class BrokerServer {
  readonly address: ServerAddress;
  /** What the specs make on a broker that goes on living. */
  readonly ledger: Ledger;
  readonly #server: Server;

  private constructor(server: Server, address: ServerAddress) {
    this.#server = server;
    this.address = address;
    this.ledger = new Ledger(address.run);
  }

  /**
   * @param starting the broker, which may still be on its way: who asks for it waits
   * @param say tells the user a line about what happens to the broker
   */
  static async serve(
    starting: Promise<{ broker: Broker; foreknowledge: Foreknowledge }>,
    say: (line: string) => void,
  ): Promise<BrokerServer> {
    const run = newRunName();
    const changes = new ChangeCounter(run);
    const started = starting.then((its) => ({
      ...its,
      watchdog: new Watchdog(its.broker, changes, say),
    }));
    started.catch(() => undefined); // who asks is told
    const token = randomBytes(16).toString('hex');
    const server = createServer((request, response) => {
      void (async () => {
        try {
          if (request.headers.authorization !== `Bearer ${token}`) throw new Error('wrong token');
          const answer = await perform(await started, request);
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
        }
      })();
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new BrokerServer(server, { url: `http://127.0.0.1:${port}`, token, run });
  }

  async close(): Promise<void> {
    this.ledger.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function perform(
  { broker, foreknowledge, watchdog }: { broker: Broker; foreknowledge: Foreknowledge; watchdog: Watchdog },
  request: IncomingMessage,
): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://host');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /broker':
      return await watchdog.state();
    case 'GET /foreknowledge':
      return foreknowledge;
    case 'POST /look':
      return await watchdog.look();
    case 'POST /restart':
      return { description: await watchdog.change(() => broker.restart()) };
    case 'POST /kill':
      return { description: await watchdog.change(() => broker.kill()) };
    case 'POST /upgrade':
      return { description: await watchdog.change(async () => await broker.upgrade?.()) };
    case 'POST /cluster': {
      const change = JSON.parse(await text(request)) as ClusterChange;
      return { done: await watchdog.change(() => clusterOf(broker).change(change)) };
    }
    case 'POST /restore-cluster':
      return { isAnother: await watchdog.change(() => clusterOf(broker).restore()) };
    case 'POST /control-node': {
      const { node, args } = JSON.parse(await text(request)) as { node: NodeName; args: string[] };
      return { output: await clusterOf(broker).control(node, args) };
    }
    case 'POST /open-to-elsewhere':
      return { done: await broker.openToElsewhere?.() };
    case 'POST /close-to-elsewhere':
      return { done: await broker.closeToElsewhere?.() };
    case 'POST /control':
      return { output: await broker.control(JSON.parse(await text(request)) as string[]) };
    case 'GET /log':
      return { log: await broker.log(Number(url.searchParams.get('since'))) };
    default:
      throw new Error(`The server of the broker under test does not know ${request.method} ${url.pathname}.`);
  }
}

function clusterOf({ cluster }: Broker): Cluster {
  if (cluster === undefined) throw new CouldNotRun('The broker is no cluster.');
  return cluster;
}
