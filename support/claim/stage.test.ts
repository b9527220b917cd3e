import { expect, test } from 'vitest';
import type { BrokerDescription, Capability } from '../broker/broker.ts';
import { BrokerUnderTest } from '../broker/under-test/client.ts';
import { CouldNotRun } from '../errors.ts';
import { Stage } from './stage.ts';

/** Of a broker that can do everything, and that nobody asks. */
function stage(needs: readonly Capability[]): Stage {
  const description: BrokerDescription = {
    provider: 'external',
    title: 'RabbitMQ 3.10.8, external',
    product: 'rabbitmq',
    version: '3.10.8',
    amqp: { host: '127.0.0.1', port: 1 },
    managementUrl: 'http://127.0.0.1:1',
    username: 'guest',
    password: 'guest',
    virtualHost: '/',
    capabilities: ['management', 'administration', 'policies'],
    missing: {},
    environment: {},
  };
  return new Stage({
    name: 'area.slug',
    needs,
    description,
    broker: new BrokerUnderTest({ url: 'http://127.0.0.1:1', token: '', run: 'brokerproof-run' }),
    meet: async () => {},
    aside: (what) => what(),
    through: async (broker) => broker,
  });
}

test.for<[string, Capability, Capability[], (stage: Stage) => unknown]>([
  ['management', 'management', ['administration'], (it) => it.management],
  ['ownVirtualHost', 'administration', ['management'], (it) => it.ownVirtualHost()],
  ['user', 'administration', ['management'], (it) => it.user()],
  ['virtual hosts', 'administration', ['management'], (it) => it.management.virtualHosts],
  ['users', 'administration', ['management'], (it) => it.management.users],
  ['limits', 'administration', ['management'], (it) => it.management.in('/').limits],
  ['permissions', 'administration', ['management'], (it) => it.management.in('/').permissions],
  ['definitions', 'administration', ['management'], (it) => it.management.in('/').definitions],
  ['policies', 'policies', ['management', 'administration'], (it) => it.management.in('/').policies],
  ['policy', 'policies', ['management'], (it) => it.policy('queues', ['tasks'], { expires: 1 })],
])('%s: only for claims that need %s', async ([, need, others, use]) => {
  const refused: unknown = await Promise.resolve()
    .then(() => use(stage(others)))
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CouldNotRun);
  expect(String(refused)).toContain(`say so, needs: ['${need}'].`);

  const granted: unknown = await Promise.resolve()
    .then(() => use(stage([...others, need])))
    .catch((error: unknown) => error);
  expect(String(granted)).not.toContain('say so');
});
