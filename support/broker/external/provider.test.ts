import 'reflect-metadata';

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectPlain, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';

import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Broker, BrokerDescription } from '../broker.ts';
import { ask } from '../handshake.ts';
import { amqpUrl, isAvailable, plugins, provider, whyNot } from './somebody-elses.test-support.ts';
import { failure, listening as listeningServer, start } from './starting.test-support.ts';

describe.skipIf(!isAvailable)(`with a broker${whyNot}`, () => {
  /** Somebody else's. */
  let owned: Broker;
  let folder: string;
  let it: BrokerDescription;
  let AMQP_URL: string;
  let at: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brokerproof-test-'));
    owned = await provider.start(new AbortController().signal);
  }, 300_000);
  beforeEach(() => {
    it = owned.description;
    AMQP_URL = amqpUrl(it);
    at = `127.0.0.1:${it.amqp.port}`;
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await Promise.all([owned?.stop(), rm(folder, { recursive: true })]);
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    return await listeningServer(server);
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
});

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
