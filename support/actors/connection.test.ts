import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { Recorder } from '../evidence/recorder.ts';
import { type Behaviour, FakePeer } from '../wire/fake-peer.test-support.ts';
import { ConnectionLost, RefusedByBroker } from '../wire/index.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

const peers: FakePeer[] = [];
let recorder = new Recorder();

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
  recorder = new Recorder();
});

async function open(options: Omit<ConnectionOptions, 'name'>): Promise<Connection> {
  return await Connection.open({ name: 'client', ...options }, 1, recorder.actor('client', 'alice'));
}

async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return await attempt.then(String, (reason: unknown) => reason);
}

describe('before a real broker', () => {
  let broker: Broker;

  beforeAll(async () => {
    broker = await sharedBroker();
  }, 120_000);

  async function options(over: 'TCP' | 'TLS'): Promise<Omit<ConnectionOptions, 'name'>> {
    const { amqp, amqps, username, password, virtualHost } = broker.description;
    const access = { username, password, virtualHost };
    if (over === 'TCP' || amqps === undefined) return { ...amqp, ...access };
    const { host, port, serverName, caFile } = amqps;
    return { host, port, tls: { serverName, ca: await readFile(caFile, 'utf8') }, ...access };
  }

  test.for(['TCP', 'TLS'] as const)('it is told why it is refused, over %s', async (over) => {
    const right = await options(over);
    const wrongPassword = await failure(open({ ...right, password: 'wrong' }));
    expect(wrongPassword).toBeInstanceOf(RefusedByBroker);
    expect(wrongPassword).toMatchObject({
      refusal: {
        scope: 'connection',
        code: 403,
        text: expect.stringMatching(/^ACCESS_REFUSED - Login was refused/),
      },
    });

    const wrongHost = await failure(open({ ...right, virtualHost: 'no such' }));
    expect(wrongHost).toBeInstanceOf(RefusedByBroker);
    expect(wrongHost).toMatchObject({
      refusal: {
        scope: 'connection',
        code: 530,
        text: expect.stringMatching(/^NOT_ALLOWED - (access to )?vhost .?no such.? /),
        method: 'connection.open',
      },
    });

    const connection = await open(right);
    await (await connection.channel()).declareQueue('', { exclusive: true, durable: false });
    await connection.close();
    expect(recorder.lost).toEqual([]);
  });
});

describe('before a peer that misbehaves', () => {
  const access = { username: 'me', password: 'secret', virtualHost: '/' };

  async function peer(behaviour: Behaviour): Promise<Omit<ConnectionOptions, 'name'>> {
    const started = await FakePeer.start(behaviour);
    peers.push(started);
    return { ...started.address, ...access };
  }

  test('the refusal is that of the very attempt', async () => {
    const behaviour: Behaviour = {
      'connection.open': ({ say, number }) =>
        say('connection.close', { replyCode: 530, replyText: Buffer.from(`attempt ${number}`) }),
    };
    const error = await failure(open(await peer(behaviour)));
    expect(error).toMatchObject({ refusal: { scope: 'connection', code: 530, text: 'attempt 1' } });
    expect(peers[0]?.heard.filter((said) => said === 'protocol-header')).toHaveLength(1);
    expect(recorder.evidence().events).toMatchObject([
      { what: 'connection.open' },
      { what: 'connection.close', label: '530', fields: { text: 'attempt 1' } },
    ]);
  });

  test('a connection that the broker ends without a word is lost', async () => {
    const connection = await open(await peer({ 'queue.declare': ({ socket }) => socket.resetAndDestroy() }));
    const channel = await connection.channel();
    expect(recorder.lost).toEqual([]);

    expect(await failure(channel.declareQueue('tasks'))).toBeInstanceOf(ConnectionLost);

    const lost = [{ actor: 'alice', why: expect.stringMatching(/^The connection was lost: /) }];
    expect(recorder.lost).toEqual(lost);
    await connection.dispose();
    expect(recorder.lost).toEqual(lost);
  });

  test('one that the spec ends, or that goes when the spec restarts the broker, is not', async () => {
    const [cut, closed, restarted] = [
      await open(await peer({})),
      await open(await peer({})),
      await open(await peer({})),
    ];
    cut.cut();
    await closed.close();
    recorder.disturbed();
    const ended = new Promise<void>((resolve) => restarted.once('change', resolve));
    for (const each of peers) each.close();
    await ended;
    expect(restarted.end).toBeInstanceOf(ConnectionLost);
    expect(recorder.lost).toEqual([]);
  });

  test('one that never came about is told to who asked for it, and not lost', async () => {
    const error = await failure(
      open(await peer({ 'connection.start-ok': ({ socket }) => socket.destroy() })),
    );
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(recorder.lost).toEqual([]);
  });
});
