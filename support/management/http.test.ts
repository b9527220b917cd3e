import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { CouldNotRun, UsageError } from '../errors.ts';
import { ManagementClient } from './client.ts';
import { ManagementError } from './error.ts';

/** A client of a server that behaves as no management API does. */
async function facing(listener: RequestListener, prefix = '', timeoutMs = 5_000): Promise<ManagementClient> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const management = new ManagementClient({
    url: `http://127.0.0.1:${String(port)}${prefix}`,
    username: 'guest',
    password: 'gäst',
    timeoutMs,
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await management.close();
  });
  return management;
}

test('a request carries the credentials in UTF-8 and goes below the prefix of the URL', async () => {
  const seen: unknown[] = [];
  const management = await facing((request, response) => {
    seen.push(request.url, request.headers.authorization);
    response.writeHead(204).end();
  }, '/rabbit/');
  await management.in('/').queues.delete('a', { ifUnused: true });
  expect(seen).toEqual([
    '/rabbit/api/queues/%2F/a?if-unused=true',
    `Basic ${Buffer.from('guest:gäst').toString('base64')}`,
  ]);
});

test('an answer of another form names the field', async () => {
  const management = await facing((_, response) =>
    response.end(JSON.stringify([{ name: 'tasks', vhost: '/', durable: 'yes' }])),
  );
  const error: unknown = await management
    .in('/')
    .queues.list()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(String(error)).toMatch(
    /GET http:\/\/127\.0\.0\.1:\d+\/api\/queues\/%2F is not of the expected form/,
  );
  expect(String(error)).toContain('expected boolean, received string\n  → at [0].durable');
});

test('an answer that is not JSON is quoted', async () => {
  const management = await facing((_, response) => response.end('<html>Welcome'));
  await expect(management.overview()).rejects.toThrow(
    /\/api\/overview was answered with something that is not JSON: <html>Welcome/,
  );
});

test('an error that is not of the API has its status and what was answered', async () => {
  const management = await facing((_, response) => response.writeHead(502).end('Bad Gateway'));
  await expect(management.overview()).rejects.toSatisfy(
    (error) =>
      error instanceof ManagementError &&
      error.status === 502 &&
      error.reason === undefined &&
      error.message === 'GET /api/overview was answered with 502 Bad Gateway',
  );
});

test('no answer in time: what and where', async () => {
  const management = await facing(() => undefined, '', 50);
  await expect(management.overview()).rejects.toThrow(
    /^The management API: GET http:\/\/127\.0\.0\.1:\d+\/api\/overview was not answered within 50 ms$/,
  );
});

test('half an answer counts as none', async () => {
  const management = await facing((_, response) => response.write('{"rabbitmq_version":'), '', 50);
  await expect(management.overview()).rejects.toThrow('was not answered within 50 ms');
});

test('nobody listens: what and where', async () => {
  const management = new ManagementClient({
    url: 'http://localhost:1',
    username: 'guest',
    password: 'guest',
  });
  const failure = management.overview();
  await expect(failure).rejects.toBeInstanceOf(CouldNotRun);
  await expect(failure).rejects.toThrow(/GET http:\/\/localhost:1\/api\/overview failed: .*ECONNREFUSED/);
  await management.close();
});

test.for(['localhost:15672', 'amqp://localhost', ''])('"%s" is no URL of a management API', (url) => {
  expect(() => new ManagementClient({ url, username: 'guest', password: 'guest' })).toThrow(UsageError);
});
