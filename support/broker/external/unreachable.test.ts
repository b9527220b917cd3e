import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { FakePeer } from '../../wire/fake-peer.test-support.ts';
import { reachAmqp } from './amqp.ts';
import { externalProvider } from './provider.ts';
import { readExternalSettings } from './settings.ts';
import { failure, listening as listeningServer, start } from './starting.test-support.ts';

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  return await listeningServer(server);
}

describe.concurrent('a start without a broker', () => {
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
    const settings = readExternalSettings({ AMQP_URL: `${scheme}://me:secret@127.0.0.1:${port}` });
    const { signal } = new AbortController();
    await expect(reachAmqp(settings, signal, { each: 200, within: 500 })).rejects.toThrow(
      `There was no answer within 0.5 s from 127.0.0.1:${port}, where AMQP_URL points.`,
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
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listening(server);
    const abort = new AbortController();
    const starting = externalProvider({ AMQP_URL: `amqp://127.0.0.1:${port}` }).start(abort.signal);
    starting.catch(() => {});
    await once(server, 'connection');

    const before = performance.now();
    abort.abort(new Error('called off'));

    await expect(starting).rejects.toThrow('called off');
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
