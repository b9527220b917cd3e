import { expect, test } from 'vitest';
import { CouldNotRun, UsageError } from '../errors.ts';
import { ManagementClient } from './client.ts';
import { ManagementError } from './error.ts';
import { answeredWith, facing, serving } from './facing.test-support.ts';

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

test('an answer without the name of what it is about says whose API it is, and what is missing', async () => {
  const options = await serving((_, response) => response.end('{"durable":true}'));
  const management = new ManagementClient({ ...options, of: 'GarageMQ 0.1' });
  const error: unknown = await management
    .in('/')
    .queues.get('tasks')
    .catch((reason: unknown) => reason);
  await management.close();
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(String(error)).toMatch(
    /The management API of GarageMQ 0\.1: the answer to GET http:\/\/127\.0\.0\.1:\d+\/api\/queues\/%2F\/tasks is not of the expected form\n/,
  );
  expect(String(error)).toContain('expected string, received undefined\n  → at name');
});

test('an object where a listing is asked for is not of the expected form', async () => {
  const management = await answeredWith({ items: [] });
  await expect(management.in('/').queues.list()).rejects.toThrow('is not of the expected form');
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
    /^The management API of the broker: GET http:\/\/127\.0\.0\.1:\d+\/api\/overview was not answered within 50 ms$/,
  );
});

test('half an answer counts as none', async () => {
  const management = await facing((_, response) => response.write('{"rabbitmq_version":'), '', 50);
  await expect(management.overview()).rejects.toThrow('was not answered within 50 ms');
});

test('requests can be called off, with the reason of who does that', async () => {
  const abort = new AbortController();
  const options = await serving(() => abort.abort(new Error('called off')));
  const management = new ManagementClient({ ...options, signal: abort.signal });
  await expect(management.overview()).rejects.toThrow('called off');
  await management.close();
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
