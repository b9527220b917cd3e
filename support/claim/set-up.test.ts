import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { BrokerDescription } from '../broker/broker.ts';
import { CouldNotRun } from '../errors.ts';
import { serving } from '../management/facing.test-support.ts';
import { SetUp } from './set-up.ts';

/** The set-up of a run whose management API answers so. */
async function setUp(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  within: number = 60_000,
) {
  const asked: string[] = [];
  const { url, username, password } = await serving((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  const description: BrokerDescription = {
    provider: 'external',
    title: 'RabbitMQ 3.10.8, external',
    product: 'rabbitmq',
    version: '3.10.8',
    amqp: { host: '127.0.0.1', port: 1 },
    managementUrl: url ?? '',
    username,
    password,
    virtualHost: '/',
    capabilities: ['management', 'administration'],
    missing: {},
    environment: {},
  };
  const made = new SetUp(
    { run: 'run', state: async () => ({ description, hangs: 0 }) },
    { each: 20_000, within },
  );
  return { made, asked };
}

test('a virtual host of which nothing was heard is made under another name, and both are removed', async () => {
  let puts = 0;
  const { made, asked } = await setUp((request, response) => {
    if (request.method === 'PUT') puts += 1;
    if (puts > 1) response.writeHead(201).end();
    else response.destroy();
  });
  const { name, remove } = await made.virtualHost('mine');
  expect(name).toBe('run.mine.2');
  await remove();
  const names = ['run.mine', 'run.mine.2'];
  expect(asked).toEqual(
    ['PUT', 'DELETE'].flatMap((method) => names.map((each) => `${method} /api/vhosts/${each}`)),
  );
});

test('users and permissions are asked for again as they are', async () => {
  let requests = 0;
  const { made, asked } = await setUp((_, response) => {
    requests += 1;
    response.writeHead(requests % 2 === 1 ? 503 : 201).end();
  });
  await made.user('alice', 'secret');
  await made.permit('/', 'alice', { configure: '', write: '', read: '' });
  expect(asked).toEqual([
    'PUT /api/users/alice',
    'PUT /api/users/alice',
    'PUT /api/permissions/%2F/alice',
    'PUT /api/permissions/%2F/alice',
  ]);
});

test('four virtual hosts at once, however many are asked for', async () => {
  let [inWork, most] = [0, 0];
  const { made, asked } = await setUp((_, response) => {
    inWork += 1;
    most = Math.max(most, inWork);
    setTimeout(() => {
      inWork -= 1;
      response.writeHead(201).end();
    }, 20);
  });
  await Promise.all(Array.from({ length: 12 }, (_, index) => made.virtualHost(String(index))));
  expect(asked).toHaveLength(12);
  expect(most).toBe(4);
});

test('a shared virtual host that could not be made fails each who waited by itself, and not who asks later', async () => {
  let broken = true;
  const { made } = await setUp((_, response) => {
    response.writeHead(broken ? 503 : 201).end();
  }, 500);
  const waiting = [made.sharedVirtualHost(), made.sharedVirtualHost()];
  const [first, second] = await Promise.all(waiting.map((each) => each.catch((error: unknown) => error)));
  expect(first).toBeInstanceOf(CouldNotRun);
  expect(String(first)).toMatch(/\(asked .* within 0.5 s\)$/);
  expect(second).toEqual(first);
  expect(second).not.toBe(first);

  broken = false;
  const shared = await made.sharedVirtualHost();
  expect(shared).toMatch(/^run\.shared-[\da-f]{8}$/);
  expect(await made.sharedVirtualHost()).toBe(shared);
});
