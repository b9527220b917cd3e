import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, test } from 'vitest';

import { CouldNotRun } from '../errors.ts';
import { reservePorts } from './node/ports.ts';
import { waitUntilAnswering } from './answering.ts';

const user = { username: 'guest', password: 'guest', virtualHost: '/' };

test('says at the deadline what it saw last', async () => {
  const { ports, giveBack } = await reservePorts(1);
  const waiting = waitUntilAnswering({
    ...user,
    amqp: { host: '127.0.0.1', port: ports[0] ?? 0 },
    logTail: async () => 'what it said',
    deadlineMs: 200,
  });
  await expect(waiting).rejects.toThrow(
    /did not answer within 0.2 s; last: .*ECONNREFUSED[^]*\nwhat it said/,
  );
  giveBack();
});

test('stops at once when the process has ended, with its log', async () => {
  const { ports, giveBack } = await reservePorts(1);
  const started = Date.now();
  const waiting = waitUntilAnswering({
    ...user,
    amqp: { host: '127.0.0.1', port: ports[0] ?? 0 },
    deadlineMs: 60_000,
    ended: () => 'exit code 1\nno space left',
  });
  await expect(waiting).rejects.toThrow(
    new CouldNotRun('The broker ended before it answered: exit code 1\nno space left'),
  );
  expect(Date.now() - started).toBeLessThan(5_000);
  giveBack();
});

test('can be aborted while a server accepts and says nothing', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const abort = new AbortController();
  server.on('connection', () => abort.abort(new Error('enough')));
  const started = Date.now();
  const waiting = waitUntilAnswering({
    ...user,
    amqp: { host: '127.0.0.1', port },
    deadlineMs: 60_000,
    signal: abort.signal,
  });
  await expect(waiting).rejects.toThrow('enough');
  expect(Date.now() - started).toBeLessThan(2_000);
  server.close();
});
