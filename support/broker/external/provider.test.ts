import 'reflect-metadata';

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect as connectPlain, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';

import * as x509 from '@peculiar/x509';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { UsageError } from '../../errors.ts';
import { ManagementClient } from '../../management/client.ts';
import { FakePeer } from '../../wire/fake-peer.test-support.ts';
import type { Broker, BrokerDescription } from '../broker.ts';
import { embedded } from '../node/embedded.ts';
import { externalProvider } from './provider.ts';
import { local } from '../node/local.ts';
import { ask } from '../handshake.ts';

const never = new AbortController().signal;
// Of one that keeps its ports over a restart, as an external broker does.
const provider = (await local.available()).works ? local : embedded;
const available = await provider.available();
const whyNot = available.works ? '' : ` (${available.why})`;

/** Somebody else's broker, and another. */
let owned: Broker;
let other: Broker;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brokerproof-test-'));
  if (available.works) [owned, other] = await Promise.all([provider.start(never), provider.start(never)]);
}, 300_000);

afterAll(async () => {
  servers.forEach((server) => server.close());
  await Promise.all([owned?.stop(), other?.stop(), rm(folder, { recursive: true })]);
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A certificate that is its own authority, and its key (PEM). */
async function certificateFor(name: string): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
    },
    crypto,
  );
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

function amqpUrl({ username, password, amqp }: BrokerDescription): string {
  return `amqp://${username}:${password}@${amqp.host}:${amqp.port}`;
}

async function start(environment: Record<string, string>): Promise<Broker> {
  return await externalProvider(environment).start(never);
}

async function failure(environment: Record<string, string>): Promise<UsageError> {
  const error = await start(environment).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(JSON.stringify(error)).not.toContain('secret');
  return error as UsageError;
}

describe.skipIf(!available.works)(`with a broker${whyNot}`, () => {
  let it: BrokerDescription;
  let AMQP_URL: string;
  let at: string;

  beforeEach(() => {
    it = owned.description;
    AMQP_URL = amqpUrl(it);
    at = `127.0.0.1:${it.amqp.port}`;
  });

  async function vhosts(): Promise<string> {
    return await owned.control(['--quiet', 'list_vhosts']);
  }

  test('a URL alone makes a broker, and every capability that is missing has a reason', async () => {
    const broker = await start({ AMQP_URL });

    expect(broker.description).toEqual({
      provider: 'external',
      title: `RabbitMQ ${it.version}, external (amqp://${at})`,
      product: 'rabbitmq',
      version: it.version,
      amqp: it.amqp,
      username: it.username,
      password: it.password,
      virtualHost: '/',
      capabilities: [],
      missing: {
        rabbitmq_consistent_hash_exchange: 'without the management API it is not known',
        rabbitmq_recent_history_exchange: 'without the management API it is not known',
        management: 'no MANAGEMENT_URL was given',
        administration: 'no MANAGEMENT_URL was given',
        policies: 'no MANAGEMENT_URL was given',
        restart: 'no RESTART_COMMAND was given',
        kill: 'no KILL_COMMAND was given',
        ctl: expect.any(String),
        log: expect.any(String),
        guest: expect.any(String),
        tick: expect.any(String),
        tls: 'AMQP_URL does not begin with amqps://',
      },
      environment: {
        BROKER: 'external',
        AMQP_URL: `amqp://${it.username}:$AMQP_PASSWORD@${at}/%2F`,
      },
    });
    await broker.stop();
  });

  test('with MANAGEMENT_URL it has management, and no virtual host is left', async () => {
    const before = await vhosts();
    const broker = await start({ AMQP_URL, MANAGEMENT_URL: `${it.managementUrl}/` });

    expect(broker.description.capabilities).toEqual(['management', 'administration', 'policies', ...plugins]);
    expect(broker.description.managementUrl).toBe(it.managementUrl);
    expect(await vhosts()).toBe(before);
    await broker.stop();
  });

  describe('of which a user has one virtual host', () => {
    const seesNothing = /^the management API refused the user tagged-none \(status 401: .+\)$/;
    const noVirtualHosts = /may not make virtual hosts \(status 401: Not administrator user\)$/;
    const noPolicies = /may not set policies \(status 401: .+\)$/;

    let owner: ManagementClient;

    beforeAll(async () => {
      owner = ownerOf(owned);
      await owner.virtualHosts.put('tenant');
      await owner.users.put('homeless', { password: 'secret', tags: ['monitoring'] });
    });
    afterAll(() => owner?.close());

    function ownerOf({ description: { username, password, managementUrl = '' } }: Broker): ManagementClient {
      return new ManagementClient({ url: managementUrl, username, password });
    }

    /** Adds a user with these tags and all permissions in the one virtual host. */
    async function tenant(name: string, tags: string[], on = owner): Promise<void> {
      await on.users.put(name, { password: 'secret', tags });
      await on.in('tenant').permissions.put(name, { configure: '.*', write: '.*', read: '.*' });
    }

    test.each<{ tags: string[]; has: string[]; lacks: Record<string, RegExp> }>([
      {
        tags: ['none'],
        has: [],
        lacks: { management: seesNothing, administration: seesNothing, policies: seesNothing },
      },
      {
        tags: ['management'],
        has: ['management', ...plugins],
        lacks: { administration: noVirtualHosts, policies: noPolicies },
      },
      {
        tags: ['monitoring'],
        has: ['management', ...plugins],
        lacks: { administration: noVirtualHosts, policies: noPolicies },
      },
      {
        tags: ['policymaker'],
        has: ['management', 'policies', ...plugins],
        lacks: { administration: noVirtualHosts },
      },
      {
        tags: ['management', 'policymaker'],
        has: ['management', 'policies', ...plugins],
        lacks: { administration: noVirtualHosts },
      },
      {
        tags: ['administrator'],
        has: ['management', 'administration', 'policies', ...plugins],
        lacks: {},
      },
    ])('and is tagged $tags', async ({ tags, has, lacks }) => {
      const name = `tagged-${tags.join('-')}`;
      await tenant(
        name,
        tags.filter((tag) => tag !== 'none'),
      );
      const made = async () => {
        const [hosts, policies] = [owner.virtualHosts.list(), owner.in('tenant').policies.list()];
        return [...(await hosts), ...(await policies)].map((each) => each.name);
      };
      const before = await made();
      const broker = await start({
        AMQP_URL: `amqp://${name}:secret@${at}/tenant`,
        MANAGEMENT_URL: it.managementUrl ?? '',
      });

      const { capabilities, missing, managementUrl, managementUser, username, virtualHost } =
        broker.description;
      const seen = { managementUrl, managementUser, username, virtualHost };
      await broker.stop();

      expect(capabilities).toEqual(has);
      expect(missing).toMatchObject(
        Object.fromEntries(
          Object.entries(lacks).map(([capability, why]) => [capability, expect.stringMatching(why)]),
        ),
      );
      expect(seen).toEqual({
        managementUrl: has.includes('management') ? it.managementUrl : undefined,
        managementUser: undefined,
        username: name,
        virtualHost: 'tenant',
      });
      expect(await made()).toEqual(before);
    });

    test('another user asks the management API, who sees that virtual host', async () => {
      await tenant('worker', []);
      await tenant('watcher', ['monitoring']);
      const url = new URL(it.managementUrl ?? '');
      [url.username, url.password] = ['watcher', 'secret'];
      const broker = await start({
        AMQP_URL: `amqp://worker:secret@${at}/tenant`,
        MANAGEMENT_URL: url.href,
      });

      expect(broker.description).toMatchObject({
        username: 'worker',
        managementUser: { username: 'watcher', password: 'secret' },
        capabilities: ['management', ...plugins],
      });
      await broker.stop();
    });

    test.each([
      [
        'who does not see it',
        'homeless',
        /^the user homeless may not see the virtual host tenant \(status 401/,
      ],
      ['without any tag', 'clerk', /^the management API refused the user clerk \(status 401/],
    ])('another user asks the management API, %s', async (_, name, why) => {
      await tenant(`${name}-worker`, []);
      if (name === 'clerk') await tenant(name, []);
      const url = new URL(it.managementUrl ?? '');
      [url.username, url.password] = [name, 'secret'];
      const broker = await start({
        AMQP_URL: `amqp://${name}-worker:secret@${at}/tenant`,
        MANAGEMENT_URL: url.href,
      });

      expect(broker.description).toMatchObject({
        username: `${name}-worker`,
        environment: {
          AMQP_URL: `amqp://${name}-worker:$AMQP_PASSWORD@${at}/tenant`,
          MANAGEMENT_URL: url.href.replace(':secret@', ':$MANAGEMENT_PASSWORD@').replace(/\/$/, ''),
        },
        capabilities: [],
        missing: { management: expect.stringMatching(why) },
      });
      await broker.stop();
    });

    test('and so has a user of the same name of another broker, whose management API is given', async () => {
      const ownerOfOther = ownerOf(other);
      await ownerOfOther.virtualHosts.put('tenant');
      await tenant('twin', ['management']);
      await tenant('twin', ['management'], ownerOfOther);
      const error = await failure({
        AMQP_URL: `amqp://twin:secret@${at}/tenant`,
        MANAGEMENT_URL: other.description.managementUrl ?? '',
      });
      await ownerOfOther.virtualHosts.delete('tenant');
      await ownerOfOther.close();

      expect(error.problem).toMatch(
        /^MANAGEMENT_URL is of another broker than AMQP_URL: a queue declared there is not known at http:/,
      );
    });
  });

  describe('with commands of its owner', () => {
    let owner: string;

    beforeAll(async () => {
      const port = await listening(
        createHttpServer((question, response) => {
          const done = question.url === '/restart' ? owned.restart() : owned.kill();
          void done.then(
            () => response.end(),
            () => response.writeHead(500).end(),
          );
        }),
      );
      owner = `${process.execPath} -e 'fetch("http://127.0.0.1:${port}/"+process.argv[1])'`;
    });

    test('it can be restarted and killed, and is waited for', async () => {
      const broker = await start({
        AMQP_URL,
        MANAGEMENT_URL: it.managementUrl ?? '',
        RESTART_COMMAND: `${owner} restart`,
        KILL_COMMAND: `${owner} kill`,
      });
      expect(broker.description.capabilities).toEqual([
        'management',
        'administration',
        'policies',
        'restart',
        'kill',
        ...plugins,
      ]);

      const restarted = Date.now();
      expect(await broker.restart()).toEqual(broker.description);
      expect(await owned.log(restarted)).toContain('RabbitMQ is asked to stop');
      await ask(broker.description);

      const killed = Date.now();
      await broker.kill();
      expect(await owned.log(killed)).not.toContain('RabbitMQ is asked to stop');
      await ask(broker.description);
      await broker.stop();
    });

    test('it is chosen again by the same settings, with variables for what may be secret', async () => {
      const management = new URL(it.managementUrl ?? '');
      [management.username, management.password] = [it.username, it.password];
      const settings = { RESTART_COMMAND: 'restart --token secret', KILL_COMMAND: 'kill --token secret' };
      const broker = await start({ AMQP_URL, MANAGEMENT_URL: management.href, ...settings });
      expect(broker.description.environment).toEqual({
        BROKER: 'external',
        AMQP_URL: `amqp://${it.username}:$AMQP_PASSWORD@${at}/%2F`,
        MANAGEMENT_URL: it.managementUrl,
        RESTART_COMMAND: '$RESTART_COMMAND',
        KILL_COMMAND: '$KILL_COMMAND',
      });
      await broker.stop();
    });

    test('a command that fails is an error with its output', async () => {
      const RESTART_COMMAND = 'echo going; echo no such deployment >&2; exit 3';
      const broker = await start({ AMQP_URL, RESTART_COMMAND });
      await expect(broker.restart()).rejects.toThrow(
        'RESTART_COMMAND failed (exit code 3):\ngoing\nno such deployment',
      );
      await expect(broker.kill()).rejects.toThrow('no KILL_COMMAND was given');
      await broker.stop();
    });
  });

  describe('over TLS', () => {
    let port: number;
    let caFile: string;

    beforeAll(async () => {
      const { cert, key } = await certificateFor('localhost');
      caFile = join(folder, 'cert.pem');
      await writeFile(caFile, cert);
      const server = createTlsServer({ cert, key }, (near) => {
        const far = connectPlain(owned.description.amqp.port, '127.0.0.1');
        pipeline(near, far, near, () => {});
      });
      port = await listening(server);
    });

    test('it is reached through a tunnel, and its own listener is told', async () => {
      const broker = await start({
        AMQP_URL: `amqps://${it.username}:${it.password}@localhost:${port}`,
        AMQP_CA_FILE: caFile,
      });
      const { amqp, amqps, capabilities, title, environment } = broker.description;

      expect(title).toBe(`RabbitMQ ${it.version}, external (amqps://localhost:${port})`);
      expect(capabilities).toEqual(['tls']);
      expect(environment).toMatchObject({
        AMQP_URL: `amqps://${it.username}:$AMQP_PASSWORD@localhost:${port}/%2F`,
        AMQP_CA_FILE: caFile,
      });
      expect(amqps).toEqual({ host: 'localhost', port, serverName: 'localhost', caFile });
      expect(amqp.port).not.toBe(port);
      await ask(broker.description);

      await broker.stop();
      await expect(ask(broker.description)).rejects.toThrow('ECONNREFUSED');
    });

    test('an authority that nobody knows', async () => {
      const error = await failure({ AMQP_URL: `amqps://me:secret@localhost:${port}` });
      expect(error.problem).toMatch(/^The certificate of localhost:\d+ is not trusted: /);
      expect(error.cure).toContain('AMQP_CA_FILE');
    });

    test('a certificate for another host', async () => {
      const error = await failure({
        AMQP_URL: `amqps://me:secret@127.0.0.1:${port}`,
        AMQP_CA_FILE: caFile,
      });
      expect(error.problem).toMatch(/^The certificate of 127\.0\.0\.1:\d+ is not for that host: /);
    });

    test('a listener without TLS', async () => {
      const error = await failure({ AMQP_URL: `amqps://me:secret@localhost:${it.amqp.port}` });
      expect(error.problem).toMatch(/^What answers at localhost:\d+ does not speak TLS: /);
    });

    test('amqp:// for a listener with TLS', async () => {
      const error = await failure({ AMQP_URL: `amqp://me:secret@localhost:${port}` });
      expect(error.problem).toMatch(/^What answers at localhost:\d+ does not speak AMQP 0-9-1: /);
    });

    test('an authority that can not be read, or is none', async () => {
      const url = `amqps://me:secret@localhost:${port}`;
      const missing = await failure({ AMQP_URL: url, AMQP_CA_FILE: join(folder, 'no.pem') });
      expect(missing.problem).toMatch(/^AMQP_CA_FILE can't be read: ENOENT/);

      await writeFile(join(folder, 'text.pem'), 'text');
      const text = await failure({ AMQP_URL: url, AMQP_CA_FILE: join(folder, 'text.pem') });
      expect(text.problem).toMatch(/holds no certificate in PEM\.$/);
    });
  });

  test('a wrong password', async () => {
    const error = await failure({ AMQP_URL: `amqp://${it.username}:secret@${at}` });
    expect(error.problem).toMatch(/^The broker at \S+ refused the user brokerproof: ACCESS_REFUSED - /);
  });

  test('an unknown virtual host', async () => {
    const error = await failure({ AMQP_URL: `${AMQP_URL}/no%2Fsuch` });
    expect(error.problem).toMatch(
      /^The broker at \S+ does not open the virtual host no\/such for the user brokerproof: NOT_ALLOWED - /,
    );
  });

  test('a management API that is not there', async () => {
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: 'http://127.0.0.1:1' });
    expect(error.problem).toMatch(
      /^The management API at http:\/\/127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/,
    );
  });

  test('something else than a management API', async () => {
    const port = await listening(createHttpServer((_, response) => response.end('["hello"]')));
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: `http://127.0.0.1:${port}` });
    expect(error.problem).toBe(
      `What answers at http://127.0.0.1:${port} is not a management API (GET /api/overview: status 200, and no JSON object).`,
    );
  });

  test('a wrong password for the management API', async () => {
    const url = new URL(it.managementUrl ?? '');
    url.username = 'brokerproof';
    url.password = 'secret';
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: url.href });
    expect(error.problem).toMatch(
      /^The management API at \S+ refused the user brokerproof \(status 401: .+\)\.$/,
    );
  });

  test('the management API of another broker, where the same user may do everything', async () => {
    await other.control(['change_password', other.description.username, it.password]);
    const { managementUrl = '' } = other.description;

    const error = await failure({ AMQP_URL, MANAGEMENT_URL: managementUrl });

    expect(error.problem).toMatch(/^MANAGEMENT_URL is of another broker than AMQP_URL: /);
    expect(await other.control(['--quiet', 'list_vhosts'])).toBe('name\n/');
    const { statusCode } = await request(`${managementUrl}/api/overview`);
    expect(statusCode).toBe(401);
  });

  test('a user of the management API who can not log in by AMQP', async () => {
    const url = new URL(other.description.managementUrl ?? '');
    await other.control(['add_user', 'stranger', 'secret']);
    await other.control(['set_user_tags', 'stranger', 'administrator']);
    url.username = 'stranger';
    url.password = 'secret';
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: url.href });
    expect(error.problem).toMatch(
      /^The user stranger of MANAGEMENT_URL can't log in where AMQP_URL points: /,
    );
  });
});

/** The broker is one of ours, so they are enabled. */
const plugins = ['rabbitmq_consistent_hash_exchange', 'rabbitmq_recent_history_exchange'];

test('a host that nobody knows', async () => {
  const error = await failure({ AMQP_URL: 'amqp://me:secret@no-such-host.invalid' });
  expect(error.problem).toBe("The host of AMQP_URL, no-such-host.invalid, can't be found.");
});

test.each(['amqp', 'amqps'])('a port on which nothing listens, by %s', async (scheme) => {
  const error = await failure({ AMQP_URL: `${scheme}://me:secret@127.0.0.1:1` });
  expect(error.problem).toBe('Nothing listens at 127.0.0.1:1, where AMQP_URL points.');
});

test.each<[string, Server]>([
  ['an HTTP server', createHttpServer()],
  [
    'a server that speaks first',
    createServer((socket) => socket.on('error', () => {}).end('220 mail.example ESMTP\r\n')),
  ],
])('something else than AMQP: %s', async (_, server) => {
  const port = await listening(server);
  const error = await failure({ AMQP_URL: `amqp://me:secret@127.0.0.1:${port}` });
  expect(error.problem).toMatch(/^What answers at 127\.0\.0\.1:\d+ does not speak AMQP 0-9-1: /);
});

test('a broker that ends the connection at the log-in, without the extension to say why', async () => {
  const peer = await FakePeer.start({ 'connection.start-ok': ({ socket }) => socket.end() });
  const { port } = peer.address;
  const error = await failure({ AMQP_URL: `amqp://me:secret@127.0.0.1:${port}` });
  expect(error.problem).toBe(
    `The broker at 127.0.0.1:${port} ended the connection when the user me logged in, without a word.`,
  );
  expect(error.cure).toBe('Check the user and the password in AMQP_URL.');
  peer.close();
});

test('a broker that never answers the close of a connection is used all the same', async () => {
  const peer = await FakePeer.start({ 'connection.close': () => {} });
  const broker = await start({ AMQP_URL: `amqp://me:secret@127.0.0.1:${peer.address.port}` });
  expect(broker.description).toMatchObject({ product: 'fake', version: '1.2.3' });
  await broker.stop();
  peer.close();
});

test.each(['amqp', 'amqps'])('a server that never answers, by %s', async (scheme) => {
  const port = await listening(createServer((socket) => socket.on('error', () => {})));
  const error = await failure({ AMQP_URL: `${scheme}://me:secret@127.0.0.1:${port}` });
  expect(error.problem).toBe(
    `There was no answer within 20 s from 127.0.0.1:${port}, where AMQP_URL points.`,
  );
});

test('without a usable AMQP_URL it is not available', async () => {
  expect(await externalProvider({}).available()).toMatchObject({
    works: false,
    why: 'AMQP_URL is not set',
  });
  expect(await externalProvider({ AMQP_URL: 'http://x' }).available()).toMatchObject({ works: false });
  expect(await externalProvider({ AMQP_URL: 'amqp://x' }).available()).toMatchObject({ works: true });
});

test('a start that is called off ends at once', async () => {
  const port = await listening(createServer((socket) => socket.on('error', () => {})));
  const abort = new AbortController();
  const start = externalProvider({ AMQP_URL: `amqp://127.0.0.1:${port}` }).start(abort.signal);
  start.catch(() => {});
  await once(servers.at(-1) ?? createServer(), 'connection');

  const before = performance.now();
  abort.abort(new Error('called off'));

  await expect(start).rejects.toThrow('called off');
  expect(performance.now() - before).toBeLessThan(2_000);
});
