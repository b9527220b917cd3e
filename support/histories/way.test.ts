import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Way } from './way.ts';

let server: Server;
let way: Way;

beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  way = await Way.open(() => ({ host: '127.0.0.1', port: address.port }));
});

afterEach(() => {
  way.close();
  server.close();
});

async function client(): Promise<Socket> {
  const socket = connect(way.address);
  await once(socket, 'connect');
  return socket;
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

test('a reset strikes every connection, and later ones pass', async () => {
  const struck = [await client(), await client()];
  for (const each of struck) await echoed(each, 'before');
  const resets = struck.map(async (each) => (await once(each, 'error')) as [NodeJS.ErrnoException]);

  expect(way.reset()).toBe(2);

  const codes = (await Promise.all(resets)).map(([{ code }]) => code);
  expect(codes).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(await echoed(await client(), 'after')).toBe('after');
});

test('while it stalls nothing passes, and afterwards all that was said arrives', async () => {
  const [waiting, unaware] = [await client(), await client()];
  await echoed(waiting, 'before');

  expect(way.stall()).toBe(2);
  waiting.write('held back');
  let said = '';
  waiting.on('data', (chunk) => (said += chunk.toString()));
  // What another way lets pass meanwhile, this one had time for too
  const other = await Way.open(() => way.address);
  other.close();
  expect(said).toBe('');

  way.resume();
  await once(waiting, 'data');
  expect(said).toBe('held back');
  expect(await echoed(unaware, 'it goes on')).toBe('it goes on');
});
