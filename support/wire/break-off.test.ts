import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { breakOff } from './break-off.ts';

const servers: net.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test('ends a connection whose peer reads nothing of what is to be written', async () => {
  const server = net.createServer({ pauseOnConnect: true }, (socket) => socket.on('error', () => {}));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(Buffer.alloc(64 * 1024 * 1024));
  expect(socket.writableLength).toBeGreaterThan(0);

  const closed = once(socket, 'close');
  breakOff(socket);
  await closed;
});
