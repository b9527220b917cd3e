import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';

import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { decodeProperties } from './content-header.ts';
import { ConversationError } from './conversation.ts';
import type { FieldTable } from './field-table.ts';
import { frame, heartbeat, protocolHeader } from './frame.ts';
import { methodName } from './method-lookup.ts';
import { plain } from './plain-table.ts';
import { RawConnection } from './raw-connection.ts';

/** Lets Node.js load TypeScript where it does not do so by itself. */
const loader = new URL('../typescript.mjs', import.meta.url).href;

const connections: RawConnection[] = [];

async function connect(options: Parameters<typeof RawConnection.connect>[0]): Promise<RawConnection> {
  const raw = await RawConnection.connect(options);
  connections.push(raw);
  return raw;
}

/** Connects to a peer that does this with the connection. */
async function connectTo(answer: (socket: net.Socket) => void): Promise<RawConnection> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`It listens on ${address}.`);
  const raw = await connect({ host: '127.0.0.1', port: address.port });
  server.close();
  return raw;
}

afterEach(() => {
  for (const raw of connections.splice(0)) raw.destroy();
});

describe('with a real broker', () => {
  let broker: Broker;

  beforeAll(async () => {
    broker = await sharedBroker();
  });

  const open = async (): Promise<RawConnection> => {
    const raw = await connect(broker.description.amqp);
    await raw.open(broker.description);
    await raw.send('channel.open');
    await raw.expect('channel.open-ok');
    return raw;
  };

  test('the handshake tells what the server said, and stops where it is asked to', async () => {
    const raw = await connect(broker.description.amqp);
    const { start, tune } = await raw.open({ ...broker.description, until: 'connection.tune' });
    expect([start?.versionMajor, start?.versionMinor]).toEqual([0, 9]);
    expect(plain(start?.serverProperties ?? [])['product']).toEqual(expect.any(String));
    expect(String(start?.mechanisms).split(' ')).toContain('PLAIN');
    expect(tune?.frameMax).toBeGreaterThanOrEqual(4096);
    await raw.send('connection.tune-ok', tune);
    await raw.send('connection.open', { virtualHost: broker.description.virtualHost });
    await raw.expect('connection.open-ok');
    await raw.send('connection.close', { replyCode: 200 });
    await raw.expect('connection.close-ok');
  });

  test('a message comes back with its exact types and in frames of the negotiated size', async () => {
    const raw = await connect(broker.description.amqp);
    await raw.open({ ...broker.description, tuneOk: { frameMax: 8192 } });
    await raw.send('channel.open', {}, { channel: 2 });
    await raw.expect('channel.open-ok', { channel: 2 });
    await raw.send('queue.declare', { exclusive: true }, { channel: 2 });
    const { queue } = (await raw.expect('queue.declare-ok', { channel: 2 })).arguments;
    const headers: FieldTable = [
      ['signed', { tag: 's', value: -2 }],
      ['octet', { tag: 'B', value: 200 }],
      ['long', { tag: 'l', value: 2n ** 62n + 1n }],
      ['decimal', { tag: 'D', value: { scale: 2, unscaled: 12345 } }],
      ['float', { tag: 'f', value: 1.5 }],
      ['no text', { tag: 'S', value: Buffer.from('c328', 'hex') }],
      ['octets', { tag: 'x', value: Buffer.of(0, 255) }],
      ['time', { tag: 'T', value: 2n ** 40n }],
      ['void', { tag: 'V', value: null }],
      ['list', { tag: 'A', value: [{ tag: 't', value: true }] }],
    ];
    const body = Buffer.alloc(20_000, 'body ');
    const properties = { headers, timestamp: 12n, clusterId: 'c' };
    await raw.send('basic.publish', { routingKey: queue }, { channel: 2, content: { properties, body } });
    await raw.send('basic.get', { queue, noAck: true }, { channel: 2 });
    const message = await raw.expect('basic.get-ok', { channel: 2 });
    expect(message.arguments).toMatchObject({ routingKey: queue, deliveryTag: 1n, redelivered: false });
    expect(message.properties).toEqual(properties);
    expect(message.body.equals(body)).toBe(true);
    const [, header, ...bodies] = message.frames;
    expect(header && decodeProperties(header)).toEqual(properties);
    expect(bodies.map(({ bytes }) => bytes.length)).toEqual([8192, 8192, 20_000 - 2 * 8184 + 8]);
  });

  test('something else than what is expected is told with the whole conversation, but no password', async () => {
    const raw = await open();
    await raw.send('queue.declare', { queue: 'wire-none', passive: true });
    const error: unknown = await raw.expect('queue.declare-ok').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConversationError);
    const message = String(error);
    expect(message).toMatch(
      /: Expected queue.declare-ok on channel 1, but channel.close on channel 1 .*replyCode: 404/,
    );
    expect(message).toMatch(/→ queue.declare on channel 1 .*'wire-none'/);
    expect(message).toMatch(/← connection.tune/);
    expect(message).toMatch(/→ connection.start-ok .*response: '…'/);
    await raw.send('channel.close-ok');
    await raw.send('channel.open');
    await raw.expect('channel.open-ok');
  });

  test('the broker names the method that it refuses', async () => {
    const raw = await open();
    await raw.send('queue.declare', { queue: 'wire-none', passive: true });
    const { arguments: close } = await raw.expect('channel.close');
    expect(close.replyCode).toBe(404);
    expect(methodName(close.classId, close.methodId)).toBe('queue.declare');
  });

  test('a connection.close ends the wait on any channel', async () => {
    const raw = await open();
    await raw.send('channel.open');
    await expect(raw.expect('channel.open-ok')).rejects.toThrow(/but connection.close .*replyCode: 504/);
  });

  test('any octets can be sent, and how the broker answers and closes is seen', async () => {
    const raw = await connect(broker.description.amqp);
    await raw.sendOctets(Buffer.from('AMQP9999'));
    expect((await raw.expect('protocol-header')).bytes).toEqual(protocolHeader.bytes);
    // RabbitMQ's default listener options break off what they close (linger 0).
    expect(['FIN', 'RST']).toContain(await raw.expectEnd());
    expect(raw.unread).toEqual([]);
    await raw.send('channel.open');
    await expect(raw.expect('channel.open-ok')).rejects.toThrow(
      /has ended \((FIN|RST)\)[^]*channel.open .*not sent/,
    );
  });

  test('a broken frame is answered with its reply code', async () => {
    const raw = await open();
    const broken = Buffer.from(frame('method', 1, Buffer.alloc(4)).bytes);
    broken.writeUInt8(0, broken.length - 1);
    await raw.sendOctets(broken);
    expect((await raw.expect('connection.close')).arguments.replyCode).toBe(501);
  });

  test('heartbeats are skipped, unless one is expected', async () => {
    const raw = await connect(broker.description.amqp);
    await raw.open({ ...broker.description, tuneOk: { heartbeat: 1 } });
    expect((await raw.expect('heartbeat')).bytes).toEqual(heartbeat.bytes);
    await raw.sendFrame(heartbeat);
    await raw.send('channel.open');
    await raw.expect('channel.open-ok');
  });

  test('TLS is spoken where it is asked for', async ({ skip }) => {
    const { amqps } = broker.description;
    skip(amqps === undefined, 'the broker has no TLS listener');
    if (amqps === undefined) return;
    const { host, port, serverName, caFile } = amqps;
    const raw = await connect({ host, port, tls: { ca: await readFile(caFile), servername: serverName } });
    const { tune } = await raw.open(broker.description);
    expect(tune?.frameMax).toBeGreaterThanOrEqual(4096);
  });
});

describe('with a peer that misbehaves', () => {
  test('silence ends an expectation at its deadline', async () => {
    const raw = await connectTo((socket) => socket.write(heartbeat.bytes));
    await raw.expect('heartbeat');
    await expect(raw.expect('connection.start', { within: 50 })).rejects.toThrow(
      'Expected connection.start, but nothing more came within 50 ms.\n\nThe conversation was:\n  ← heartbeat',
    );
    await expect(raw.expectEnd({ within: 50 })).rejects.toThrow(/nothing more came within 50 ms/);
  });

  test('an expectation that waits is answered when something comes', async () => {
    const raw = await connectTo((socket) => socket.on('data', (chunk) => socket.write(chunk)));
    const expected = [raw.expect('tx.select', { channel: 1 }), raw.expect('tx.commit', { channel: 2 })];
    await raw.send('tx.commit', {}, { channel: 2 });
    await raw.send('tx.select');
    expect((await Promise.all(expected)).map(({ name }) => name)).toEqual(['tx.select', 'tx.commit']);
  });

  test('malformed octets are told, with their cause', async () => {
    const raw = await connectTo((socket) => socket.write('HTTP/1.1 400 Bad Request'));
    const error: unknown = await raw.expect('connection.start').catch((error: unknown) => error);
    expect(error).toMatchObject({ cause: { code: 'wrong-protocol-header' } });
    expect(String(error)).toContain('Expected connection.start, but the connection broke: the stream');
  });

  test('what is no AMQP in the middle of it need not be of the peer', async () => {
    const garbage = Buffer.from('\u0007What is this?');
    const raw = await connectTo((socket) => socket.write(Buffer.concat([heartbeat.bytes, garbage])));
    await raw.expect('heartbeat');
    await expect(raw.expect('connection.start')).rejects.toThrow('no frame has this type: type 7');
    expect(raw.lost).toContain('What came on the TCP connection was no AMQP (no frame has this type');
  });

  test('a connection that is broken off is told from one that is closed', async () => {
    const raw = await connectTo((socket) => socket.on('data', () => socket.resetAndDestroy()));
    await raw.send('tx.select');
    expect(await raw.expectEnd()).toBe('RST');
    await expect(raw.expect('tx.select-ok')).rejects.toThrow(/has ended \(RST\)/);
  });

  test('a process that breaks off a connection after the peer has closed it can end', async () => {
    const program = `
      import net from 'node:net';
      import { RawConnection } from '${new URL('index.ts', import.meta.url).href}';
      const server = net.createServer((socket) => socket.end());
      server.listen(0, '127.0.0.1', async () => {
        const raw = await RawConnection.connect({ host: '127.0.0.1', port: server.address().port });
        console.log(await raw.expectEnd());
        raw.destroy();
        server.close();
      });`;
    const options = ['--import', loader, '--input-type=module', '--eval', program];
    const { stdout, timedOut } = await execa(process.execPath, options, { timeout: 20_000, reject: false });
    expect({ stdout, timedOut }).toEqual({ stdout: 'FIN', timedOut: false });
  });

  test('how we end the connection can be chosen', async () => {
    const ends: string[] = [];
    const answer = (socket: net.Socket): void => {
      socket.on('error', () => ends.push('RST'));
      socket.on('end', () => ends.push('FIN'));
    };
    const first = await connectTo(answer);
    first.end();
    expect(await first.expectEnd()).toBe('FIN');
    const second = await connectTo((socket) => {
      answer(socket);
      socket.write(heartbeat.bytes);
    });
    await second.expect('heartbeat');
    second.destroy();
    await expect.poll(() => ends).toEqual(['FIN', 'RST']);
  });

  test('a connection that is ended and broken off at once leaves nothing behind', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
    const before = sockets();
    const raw = await connectTo(() => {});
    raw.end();
    raw.destroy();
    await expect.poll(sockets).toBe(before);
  });
});
