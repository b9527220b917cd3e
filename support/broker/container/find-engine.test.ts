import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { findEngine } from './find-engine.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `tcp://127.0.0.1:${port}`;
}

test.each([
  ['tcp://127.0.0.1:1', 'nothing listens there'],
  ['unix:///no/such/docker.sock', 'nothing listens there'],
  ['ssh://somebody@somewhere', 'it must begin with unix:// or tcp://'],
  ['/var/run/docker.sock', 'it must begin with unix:// or tcp://'],
])('an unusable DOCKER_HOST is said, and no other engine is taken: %s', async (host, reason) => {
  expect(await findEngine({ DOCKER_HOST: host })).toEqual({
    works: false,
    why: `no container engine can be used at DOCKER_HOST=${host}: ${reason}`,
    cure: 'Start that engine, correct DOCKER_HOST, or unset it to use the engine of this machine.',
  });
});

test('an engine that accepts and never answers costs two seconds', async () => {
  const host = await listening(createServer());
  const before = performance.now();

  const answer = await findEngine({ DOCKER_HOST: host });

  expect(answer).toMatchObject({ works: false, why: expect.stringContaining('no answer within 2 s') });
  expect(performance.now() - before).toBeLessThan(4_000);
});

test('another HTTP server is not taken for an engine', async () => {
  const host = await listening(createHttpServer((_, response) => response.end('hello')));

  expect(await findEngine({ DOCKER_HOST: host })).toMatchObject({
    works: false,
    why: expect.stringContaining('what answers there (status 200) is not a container engine'),
  });
});
