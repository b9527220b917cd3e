import { execaSync } from 'execa';
import { expect, test } from 'vitest';

import type { BrokerDescription } from '../broker/broker.ts';
import { rerunCommand } from './rerun.ts';

test('the command chooses the same broker, and a shell reads it as it was meant', () => {
  const environment = { BROKER: 'external', AMQP_URL: "amqp://it's me:5672/%2F?a=1&b=$HOME" };
  const broker: BrokerDescription = {
    provider: 'external',
    title: 'RabbitMQ',
    product: 'rabbitmq',
    version: '4.0.5',
    amqp: { host: 'localhost', port: 5672 },
    username: 'guest',
    password: 'guest',
    virtualHost: '/',
    capabilities: [],
    missing: {},
    environment,
  };
  const command = rerunCommand('consuming/round-robin', broker);
  expect(command).toMatch(/^BROKER=external AMQP_URL='.*' pnpm test consuming\/round-robin$/);
  const { stdout } = execaSync('sh', ['-c', command.replace('pnpm test', 'env; echo')]);
  expect(stdout).toContain(`AMQP_URL=${environment.AMQP_URL}\n`);
});
