import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import { CouldNotRun } from '../errors.ts';
import { type Behaviour, FakePeer } from '../wire/fake-peer.test-support.ts';
import { protocolHeader } from '../wire/frame.ts';
import { ConnectionLost, encodeMethod, RefusedByBroker } from '../wire/index.ts';
import {
  ask,
  BrokenOff,
  NoAmqp,
  NoAnswerInTime,
  NotReached,
  openChannel,
  openConnection,
  TurnedAway,
} from './handshake.ts';
import { reservePorts } from './node/ports.ts';

const access = { username: 'me', password: 'secret', virtualHost: '/' };
const started: { close(): unknown }[] = [];

afterEach(() => {
  for (const each of started.splice(0)) each.close();
});

async function peer(behaviour?: Behaviour): Promise<FakePeer> {
  const fake = await FakePeer.start(behaviour);
  started.push(fake);
  return fake;
}

/** Why there is no handshake with such a broker. */
async function failure(behaviour: Behaviour, within = 5_000): Promise<unknown> {
  return await failureAt((await peer(behaviour)).address, within);
}

async function failureAt(amqp: { host: string; port: number }, within = 5_000): Promise<unknown> {
  const error: unknown = await ask({ ...access, amqp }, { within }).then(String, (reason: unknown) => reason);
  // By these an assertion of a spec is told from everything else that goes wrong
  expect(error).not.toHaveProperty('actual');
  expect(error).not.toHaveProperty('expected');
  expect(String(error)).not.toContain('secret');
  return error;
}

test('a broker is asked who it is, what it announces and what it proposes', async () => {
  const broker = await peer();

  expect(await ask({ ...access, amqp: broker.address })).toEqual({
    identity: { name: 'Fake', product: 'fake', version: '1.2.3', platform: 'Node.js' },
    announced: { 'basic.nack': true, publisher_confirms: false },
    configuration: { channel_max: 7, frame_max: 8_192, heartbeat: 60 },
  });
  expect(broker.heard.at(-1)).toBe('connection.close');
});

test.for<[string, Behaviour]>([
  ['drops the connection', { 'connection.close': ({ socket }) => socket.resetAndDestroy() }],
  ['does not answer', { 'connection.close': () => {} }],
])('one that %s when it is to be closed was asked all the same', async ([, behaviour]) => {
  const broker = await peer(behaviour);
  expect((await ask({ ...access, amqp: broker.address })).identity.name).toBe('Fake');
});

test('one that does not say who it is', async () => {
  const error = await failure({
    'protocol-header': ({ say }) =>
      say('connection.start', { versionMinor: 9, mechanisms: Buffer.from('PLAIN') }),
  });
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(String(error)).toContain('does not say in connection.start which product and version it is');
});

test('nobody listens', async () => {
  const { ports, giveBack } = await reservePorts(1);
  const error = await failureAt({ host: '127.0.0.1', port: ports[0] ?? 0 });
  expect(error).toBeInstanceOf(NotReached);
  expect(error).toMatchObject({ code: 'ECONNREFUSED', name: 'ConnectionLost' });
  giveBack();
});

test.for<[string, Behaviour]>([
  ['the protocol header', { 'protocol-header': () => {} }],
  ['the log-in', { 'connection.start-ok': () => {} }],
  ['connection.open', { 'connection.open': () => {} }],
])('no answer in time to %s', async ([, behaviour]) => {
  const error = await failure(behaviour, 100);
  expect(error).toBeInstanceOf(NoAnswerInTime);
  expect(String(error)).toContain('did not answer within 100 ms');
});

test('an attempt that is called off ends at once, with its reason', async () => {
  const abort = new AbortController();
  const broker = await peer({ 'connection.open': () => abort.abort(new Error('called off')) });
  const began = performance.now();
  const asked = ask({ ...access, amqp: broker.address }, { within: 60_000, signal: abort.signal });
  await expect(asked).rejects.toThrow('called off');
  expect(performance.now() - began).toBeLessThan(5_000);
});

describe('what does not speak AMQP 0-9-1', () => {
  async function server(first: string | Uint8Array): Promise<Server> {
    const listening = createServer((socket) => socket.on('error', () => {}).end(first)).listen(
      0,
      '127.0.0.1',
    );
    started.push(listening);
    await once(listening, 'listening');
    return listening;
  }

  test.for<[string, string | Uint8Array, RegExp]>([
    ['another protocol', '220 mail.example ESMTP\r\n', /starts with neither a frame nor AMQP/],
    ['another version', protocolHeader.bytes, /protocol-header .* came/],
    [
      'a method that begins no handshake',
      encodeMethod(0, 'connection.tune', {}).bytes,
      /connection.tune .* came/,
    ],
    ['nothing at all', '', /the TCP connection has ended/],
  ])('%s', async ([, first, came]) => {
    const address = (await server(first)).address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const error = await failureAt({ host: '127.0.0.1', port });
    expect(error).toBeInstanceOf(NoAmqp);
    expect((error as NoAmqp).came).toMatch(came);
  });
});

describe('a broker that turns a client away', () => {
  test('at the log-in, with a word', async () => {
    const error = await failure({
      'connection.start-ok': ({ say }) =>
        say('connection.close', { replyCode: 403, replyText: Buffer.from('ACCESS_REFUSED - no') }),
    });
    expect(error).toBeInstanceOf(TurnedAway);
    expect(error).toBeInstanceOf(RefusedByBroker);
    const refusal = { scope: 'connection', code: 403, text: 'ACCESS_REFUSED - no' };
    expect(error).toMatchObject({ step: 'log-in', refusal });
  });

  test('at the log-in, without a word', async () => {
    const error = await failure({ 'connection.start-ok': ({ socket }) => socket.end() });
    expect(error).toBeInstanceOf(BrokenOff);
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ step: 'log-in' });
  });

  test('at the virtual host', async () => {
    const error = await failure({
      'connection.open': ({ say }) =>
        say('connection.close', {
          replyCode: 530,
          replyText: Buffer.from('NOT_ALLOWED - not there'),
          classId: 10,
          methodId: 40,
        }),
    });
    const refusal = { code: 530, text: 'NOT_ALLOWED - not there', method: 'connection.open' };
    expect(error).toMatchObject({ step: 'virtual host', refusal });
  });

  test('at a channel', async () => {
    const broker = await peer({
      'channel.open': ({ say }) => say('channel.close', { replyCode: 504, classId: 20, methodId: 10 }),
    });
    const opening = { ...access, amqp: broker.address };
    const { connection } = await openConnection(opening, { within: 5_000 });
    await expect(openChannel(connection, opening, 5_000)).rejects.toMatchObject({
      step: 'channel',
      refusal: { scope: 'channel', code: 504, method: 'channel.open' },
    });
    connection.destroy();
  });
});
