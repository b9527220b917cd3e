import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Address, Broker } from '../broker/broker.ts';
import { clientsWith, makeCertificates } from '../broker/rabbitmq/certificates.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { askUntil } from '../waiting/until.ts';
import { frame, heartbeat, protocolHeader } from '../wire/frame.ts';
import { RawConnection } from '../wire/index.ts';
import { Tap } from '../wire/tap.test-support.ts';
import { ifItComes } from './demonstrations/demonstration.test-support.ts';
import * as library from './library/index.ts';
import { type Mutant, mutant } from './mutant.ts';
import { type MutantProxy, type MutantProxyOptions, startMutantProxy } from './proxy.ts';
import { fromBroker, fromClient } from './target.ts';

let broker: Broker;
const proxies: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  broker = await sharedBroker();
});

afterEach(async () => {
  await Promise.all(proxies.splice(0).map(async (proxy) => await proxy.close()));
});

async function before(amqp: Address, of: Mutant): Promise<MutantProxy> {
  const proxy = await startMutantProxy({ mutant: of, amqp });
  proxies.push(proxy);
  return proxy;
}

async function rawThrough({ amqp }: { amqp: Address }): Promise<RawConnection> {
  return await RawConnection.connect(amqp);
}

/** Has rules for all that matters, and none of them ever concerns anything. */
const idle = mutant(
  'idle',
  'could do something wrong and does not',
  fromClient()
    .where(() => false)
    .swallow(),
  fromBroker()
    .where(() => false)
    .swallow(),
);

async function talk({ host, port }: Address): Promise<void> {
  const { username, password, virtualHost } = broker.description;
  const vhost = encodeURIComponent(virtualHost);
  const connection = await connect({ hostname: host, port, username, password, vhost }, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.prefetch(10);
  const { queue } = await channel.assertQueue('', { exclusive: true, durable: false });
  const { exchange } = await channel.assertExchange(`proxy-${randomUUID()}`, 'topic', { autoDelete: true });
  await channel.bindQueue(queue, exchange, 'a.#');
  const returned = once(channel, 'return');
  channel.publish(exchange, 'nowhere', Buffer.from('back'), { mandatory: true });
  await returned;
  for (let number = 0; number < 60; number += 1) {
    const headers = { number, nested: { text: 'grün', list: [1, 'two'] } };
    channel.publish(exchange, 'a.b', Buffer.alloc(number * 5_000, 'body '), { headers, persistent: true });
  }
  await channel.waitForConfirms();
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    const consumed = channel.consume(queue, (message) => {
      if (message === null) return;
      received += 1;
      if (received % 3 === 0) channel.ack(message, true);
      if (received === 10) channel.nack(message, true, true);
      if (received === 61) resolve();
    });
    consumed.catch(reject);
  });
  await channel.get(queue);
  await channel.recover();
  await channel.purgeQueue(queue);
  const refused = await connection.createChannel();
  refused.on('error', () => {});
  await refused.checkQueue('missing').catch(() => {});
  await channel.close();
  await connection.close();
}

/** What was said on both sides of a proxy, in octets. */
async function heardOnBothSides(
  of: Mutant,
): Promise<{ clients: string[]; brokers: string[]; fired: number }> {
  const behind = await Tap.before(broker.description.amqp);
  const proxy = await before({ host: '127.0.0.1', port: behind.port }, of);
  const inFront = await Tap.before(proxy.amqp);
  await talk({ host: '127.0.0.1', port: inFront.port });
  await Promise.all([inFront.close(), behind.close()]);
  const octets = (chunks: readonly Buffer[] = []): string => Buffer.concat(chunks).toString('base64');
  const both = [inFront, behind].map(({ recordings: [only] }) => only);
  return {
    clients: both.map((recording) => octets(recording?.fromClient)),
    brokers: both.map((recording) => octets(recording?.fromServer)),
    fired: proxy.fired,
  };
}

for (const of of [library.identity, idle]) {
  test(`${of.name}: the octets of a conversation are the same on both sides`, async () => {
    const { clients, brokers, fired } = await heardOnBothSides(of);
    expect(clients[0]?.length).toBeGreaterThan(10_000_000);
    expect(brokers[0]?.length).toBeGreaterThan(10_000_000);
    expect(clients[1] === clients[0]).toBe(true);
    expect(brokers[1] === brokers[0]).toBe(true);
    expect(fired).toBe(0);
  });

  test(`${of.name}: what is malformed is the broker's to judge`, async () => {
    const { amqp, username, password, virtualHost } = broker.description;
    const proxy = await before(amqp, of);
    const wrongEnd = Buffer.from(heartbeat.bytes);
    wrongEnd[wrongEnd.length - 1] = 0;
    const oversized = frame('body', 1, Buffer.alloc(0)).bytes;
    oversized.writeUInt32BE(1_000_000_000, 3);
    const conversations = [
      { octets: wrongEnd, code: 501 },
      { octets: oversized.subarray(0, 7), code: 501 },
      { octets: Buffer.from([7, 0, 0, 0, 0, 0, 0, 0xce]), code: 501 },
      { octets: frame('body', 1, Buffer.from('x')).bytes, code: 505 },
    ];
    for (const { octets, code } of conversations) {
      const answers = await Promise.all(
        [{ amqp }, proxy].map(async (to) => {
          const raw = await rawThrough(to);
          await raw.open({ username, password, virtualHost });
          await raw.sendOctets(octets);
          const { arguments: close } = await raw.expect('connection.close');
          raw.destroy();
          return close;
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[1]?.replyCode).toBe(code);
    }
  });

  test(`${of.name}: a wrong protocol header is the broker's to judge`, async () => {
    const raw = await rawThrough(await before(broker.description.amqp, of));
    await raw.sendOctets(Buffer.from('HTTP/1.1'));
    expect((await raw.expect('protocol-header')).bytes).toEqual(protocolHeader.bytes);
    await raw.expectEnd();
  });
}

test('a mutant that fails breaks the connection off, and says so in the end', async () => {
  const { amqp, username, password, virtualHost } = broker.description;
  const failing = mutant(
    'failing',
    'has no such number',
    fromClient('basic.qos').change({ prefetchCount: -1 }),
  );
  const proxy = await startMutantProxy({ mutant: failing, amqp });
  const raw = await rawThrough(proxy);
  await raw.open({ username, password, virtualHost });
  await raw.send('channel.open');
  await raw.send('basic.qos');
  await raw.expectEnd();
  await expect(proxy.close()).rejects.toThrow(/The mutant failing failed: RangeError/);
});

test('closing ends all connections at once, and listens no longer', async () => {
  const { amqp, username, password, virtualHost } = broker.description;
  const proxy = await startMutantProxy({ mutant: library.identity, amqp });
  const raw = await rawThrough(proxy);
  await raw.open({ username, password, virtualHost });
  await proxy.close();
  await raw.expectEnd();
  await expect(rawThrough(proxy)).rejects.toThrow(/ECONNREFUSED/);
});

test('a black hole takes connections, answers nothing on their channels, and lets go of them', async () => {
  const { amqp, username, password, virtualHost } = broker.description;
  const proxy = await before(amqp, library.blackHole);
  const raw = await rawThrough(proxy);
  await raw.open({ username, password, virtualHost });
  await raw.send('channel.open', {}, { channel: 1 });
  await raw.send('queue.declare', { queue: 'tasks' }, { channel: 1 });
  await raw.send('connection.close', { replyCode: 200 });
  await raw.expect('connection.close-ok');
  expect(raw.unread).toEqual([]);
  expect(proxy.fired).toBe(2);
});

test('heartbeats are withheld from a client', async () => {
  const { amqp, username, password, virtualHost } = broker.description;
  const [right, wrong] = [
    await before(amqp, library.identity),
    await before(amqp, library.heartbeatsWithheld),
  ];
  const [heard, unheard] = [await rawThrough(right), await rawThrough(wrong)];
  for (const raw of [heard, unheard])
    await raw.open({ username, password, virtualHost, tuneOk: { heartbeat: 2 } });

  await heard.expect('heartbeat');
  await askUntil(
    async () => wrong.fired,
    (fired) => fired > 0,
  );
  expect(wrong.fired).toBeGreaterThan(0);
  await unheard.send('connection.close', { replyCode: 200 });
  await unheard.expect('connection.close-ok');
  await expect(unheard.expect('heartbeat', { within: 0 })).rejects.toThrow(/Expected heartbeat/);
});

test('heartbeats are withheld from the broker, which gives the client up', async () => {
  const { amqp, username, password, virtualHost } = broker.description;
  const raw = await rawThrough(await before(amqp, library.heartbeatsUnheard));
  await raw.open({ username, password, virtualHost, tuneOk: { heartbeat: 1 } });
  const beating = setInterval(() => void raw.sendFrame(heartbeat), 200);
  await raw.expectEnd({ within: 10_000 });
  clearInterval(beating);
});

describe('TLS', () => {
  let amqps: NonNullable<MutantProxyOptions['amqps']>;
  let ca: Buffer;
  let secured: tls.Server;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mutants-'));
    const certificates = await makeCertificates(folder);
    const { caFile, certFile, keyFile, serverName } = certificates;
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    ca = await readFile(caFile);
    // The broker's own port, behind a listener that speaks TLS
    secured = tls.createServer({ cert, key }, (client) => {
      const plain = net.connect(broker.description.amqp);
      client.pipe(plain).pipe(client);
      client.on('error', () => plain.destroy());
      plain.on('error', () => client.destroy());
    });
    secured.listen(0, '127.0.0.1');
    await once(secured, 'listening');
    const { port } = secured.address() as net.AddressInfo;
    const clients = clientsWith(certificates);
    amqps = { host: '127.0.0.1', port, serverName, caFile, certFile, keyFile, clients };
  });

  afterAll(async () => {
    secured.close();
    await rm(folder, { recursive: true });
  });

  const securedBy = async (mutant: Mutant) => {
    const proxy = await startMutantProxy({ mutant, amqp: broker.description.amqp, amqps });
    return { proxy, address: proxy.amqps ?? { host: '', port: 0 } };
  };

  const messageCount = async (raw: RawConnection) => {
    const { username, password, virtualHost } = broker.description;
    await raw.open({ username, password, virtualHost });
    await raw.send('channel.open');
    await raw.expect('channel.open-ok');
    await raw.send('queue.declare', { exclusive: true });
    const counted = (await raw.expect('queue.declare-ok')).arguments.messageCount;
    await raw.send('connection.close', { replyCode: 200 });
    await raw.expect('connection.close-ok');
    return counted;
  };

  test('ends at the proxy and begins again behind it', async () => {
    const { proxy, address } = await securedBy(library.messageCountWrong);
    const { serverName, caFile } = amqps;
    expect(proxy.amqps).toMatchObject({ serverName, caFile });

    const raw = await RawConnection.connect({ ...address, tls: { ca, servername: serverName } });
    expect(await messageCount(raw)).toBe(1);
    // One that never comes to speak TLS is let go of as well
    const silent = await RawConnection.connect(address);
    await proxy.close();
    await silent.expectEnd();
  });

  test('is refused by a client that knows the authority, where another has signed', async () => {
    const { proxy, address } = await securedBy(library.certificateOfAnotherAuthority);
    const { serverName: servername } = amqps;
    const connecting = RawConnection.connect({ ...address, tls: { ca, servername } });
    await expect(connecting).rejects.toMatchObject({
      cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
    expect(proxy.fired).toBe(1);
    const careless = { rejectUnauthorized: false, servername };
    expect(await messageCount(await RawConnection.connect({ ...address, tls: careless }))).toBe(0);
    await proxy.close();
  });

  test('is not needed on a port that takes plain AMQP as well', async () => {
    const { proxy, address } = await securedBy(library.plainTakenOnTlsPort);
    const { serverName: servername } = amqps;
    expect(await messageCount(await RawConnection.connect({ ...address, tls: { ca, servername } }))).toBe(0);
    expect(proxy.fired).toBe(0);
    expect(await messageCount(await RawConnection.connect(address))).toBe(0);
    expect(proxy.fired).toBe(1);
    await proxy.close();
  });

  describe('with a broker that demands certificates and speaks TLS 1.2', () => {
    let strict: tls.Server;

    beforeAll(async () => {
      const [cert, key] = await Promise.all([readFile(amqps.certFile), readFile(amqps.keyFile)]);
      const demanding = { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' } as const;
      strict = tls.createServer({ cert, key, ca, ...demanding }, (client) => {
        const plain = net.connect(broker.description.amqp);
        client.pipe(plain).pipe(client);
        client.on('error', () => plain.destroy());
        plain.on('error', () => client.destroy());
      });
      strict.listen(0, '127.0.0.1');
      await once(strict, 'listening');
    });

    afterAll(() => strict.close());

    /** Who is let in: a client with the right certificate and version, one without the first, one without the second. */
    const letIn = async (mutant: Mutant) => {
      const { port } = strict.address() as net.AddressInfo;
      const before = { mutant, amqp: broker.description.amqp, amqps: { ...amqps, port } };
      const proxy = await startMutantProxy(before);
      const { known } = amqps.clients ?? {};
      const right = {
        ca,
        servername: amqps.serverName,
        cert: await readFile(known?.certFile ?? ''),
        key: await readFile(known?.keyFile ?? ''),
        maxVersion: 'TLSv1.2',
      } as const;
      const { cert: _, key: __, ...uncertified } = right;
      const { host = '', port: securePort = 0 } = proxy.amqps ?? {};
      const address = { host, port: securePort };
      const isLetIn = async (tlsOptions: tls.ConnectionOptions) => {
        const raw = await RawConnection.connect({ ...address, tls: tlsOptions });
        return (await ifItComes(messageCount(raw))) !== undefined;
      };
      const newer = { ...right, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;
      const seen = [await isLetIn(right), await isLetIn(uncertified), await isLetIn(newer)];
      await proxy.close();
      return seen;
    };

    test('is as the broker is, whose clients the proxy stands for', async () => {
      expect(await letIn(library.identity)).toEqual([true, false, false]);
    });

    test('passes for a client with a certificate', async () => {
      expect(await letIn(library.clientCertificatesNotDemanded)).toEqual([true, true, false]);
    });

    test('passes for a client that speaks as the broker does', async () => {
      expect(await letIn(library.tlsSettingsIgnored)).toEqual([true, false, true]);
    });
  });
});
