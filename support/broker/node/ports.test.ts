import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, test } from 'vitest';

import { reservePorts } from './ports.ts';

async function listen(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function holdAsAnotherRunWould(port: number): Promise<void> {
  const socket = createSocket('udp4');
  try {
    const listening = once(socket, 'listening');
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await listening;
  } finally {
    socket.close();
  }
}

test('gives different ports on which a broker can listen', async () => {
  const { ports, giveBack } = await reservePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) await listen(port);

  giveBack();
});

test('keeps a port from other runs until it is given back', async () => {
  const { ports, giveBack } = await reservePorts(1);
  const [port = 0] = ports;
  await expect(holdAsAnotherRunWould(port)).rejects.toThrow('EADDRINUSE');
  giveBack();
  await holdAsAnotherRunWould(port);
});
