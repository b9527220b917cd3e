import { execaSync } from 'execa';
import { expect, test, vi } from 'vitest';

import type { BrokerDescription } from '../broker/broker.ts';
import { proveCommand, rerunCommand } from './rerun.ts';

function chosenBy(environment: Record<string, string>): BrokerDescription {
  return {
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
}

/** The variables that a shell gives to the command. */
function givenBy(command: string, environment: Record<string, string> = {}): string {
  return execaSync('sh', ['-c', command.replace(/pnpm \w+/, 'env; echo')], { env: environment }).stdout;
}

test('the command chooses the same broker, and a shell reads it as it was meant', () => {
  const environment = { BROKER: 'external', AMQP_URL: "amqp://it's me:5672/%2F?a=1&b=$HOME" };
  const command = rerunCommand('consuming/round-robin', chosenBy(environment));
  expect(command).toMatch(/^BROKER=external AMQP_URL='.*' pnpm test consuming\/round-robin$/);
  expect(givenBy(command)).toContain(`AMQP_URL=${environment.AMQP_URL}\n`);
});

test('secrets are put in by the shell, and nothing else is', () => {
  const broker = chosenBy({
    AMQP_URL: 'amqp://me:$AMQP_PASSWORD@broker/a"`b$HOME',
    RESTART_COMMAND: '$RESTART_COMMAND',
  });
  const command = rerunCommand('consuming/round-robin', broker, 'quorum');
  expect(command).toBe(
    'AMQP_URL="amqp://me:$AMQP_PASSWORD@broker/a\\"\\`b\\$HOME" RESTART_COMMAND="$RESTART_COMMAND" pnpm test consuming/round-robin --queue-type quorum',
  );
  const given = givenBy(command, { AMQP_PASSWORD: 's%40', RESTART_COMMAND: 'kubectl "rollout"' });
  expect(given).toContain('AMQP_URL=amqp://me:s%40@broker/a"`b$HOME\n');
  expect(given).toContain('RESTART_COMMAND=kubectl "rollout"\n');
});

test('claims are proven on a broker that is chosen in the same way', () => {
  const broker = chosenBy({ BROKER: 'local' });
  expect(proveCommand([], broker)).toBe('BROKER=local pnpm prove');
  expect(proveCommand(['a/a', 'a/b'], broker)).toBe('BROKER=local pnpm prove a/a a/b');
});

test('what a run played at random is played again', () => {
  vi.stubEnv('SEED', '7');

  expect(rerunCommand('consuming/at-least-once', chosenBy({ BROKER: 'embedded' }))).toBe(
    'BROKER=embedded SEED=7 pnpm test consuming/at-least-once',
  );

  vi.unstubAllEnvs();
});
