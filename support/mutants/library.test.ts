import { randomUUID } from 'node:crypto';
import { satisfies } from 'semver';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { ManagementClient } from '../management/client.ts';
import * as library from './library/index.ts';
import { startMutantProxy } from './proxy.ts';
import { trials } from './trials/index.ts';
import { Bench, type Trial } from './trials/trial.ts';
import type { Mutant } from './mutant.ts';

const virtualHost = `mutants-${randomUUID()}`;
let broker: Broker;
let management: ManagementClient;

beforeAll(async () => {
  broker = await chooseBroker({
    environment: process.env,
    signal: new AbortController().signal,
    say: () => {},
  });
  const { managementUrl: url = '', username, password } = broker.description;
  management = new ManagementClient({ url, username, password });
  await management.virtualHosts.put(virtualHost);
});

afterAll(async () => {
  await management.virtualHosts.delete(virtualHost);
  await management.close();
  await broker.stop();
});

async function observed({ observe }: Trial, mutant: Mutant): Promise<{ shown: unknown; fired: number }> {
  const { amqp, managementUrl = '', username, password } = broker.description;
  const administrator = { username, password, virtualHost };
  const proxy = await startMutantProxy({ mutant, amqp, managementUrl, administrator });
  const bench = new Bench(proxy, broker.description, virtualHost);
  try {
    return { shown: await observe(bench), fired: proxy.fired };
  } finally {
    await bench.close();
    await proxy.close();
  }
}

test('there is a trial for each mutant, but those that the tests of the proxy show', () => {
  const shown = new Set(trials.flatMap(({ wrong }) => wrong.map(([{ name }]) => name)));
  const elsewhere = [
    'identity',
    'unspoken',
    'black-hole',
    'heartbeats-withheld',
    'heartbeats-unheard',
    // Needs a broker that is configured with one
    'default-prefetch-ignored',
    'certificate-of-another-authority',
    'plain-taken-on-tls-port',
  ];
  const constants = Object.values<unknown>(library).filter(isMutant);
  expect(
    constants
      .map(({ name }) => name)
      .filter((name) => !shown.has(name))
      .toSorted(),
  ).toEqual(elsewhere.toSorted());
});

function isMutant(value: unknown): value is Mutant {
  return typeof value === 'object' && value !== null && 'rules' in value;
}

function skipUnless({ versions = '*' }: Trial, { skip }: TestContext): void {
  const { version } = broker.description;
  if (!satisfies(version, versions)) skip(`RabbitMQ ${version} is not ${versions}`);
}

for (const trial of trials) {
  test.concurrent(`${trial.title}: a right broker`, async (context) => {
    skipUnless(trial, context);
    expect(await observed(trial, library.identity)).toEqual({ shown: trial.right, fired: 0 });
    expect((await observed(trial, library.unspoken)).shown).toEqual(trial.right);
  });
  for (const [mutant, wrong] of trial.wrong) {
    test.concurrent(`${trial.title}: a broker that ${mutant.says}`, async (context) => {
      skipUnless(trial, context);
      const { shown, fired } = await observed(trial, mutant);
      expect(shown).toEqual(wrong);
      expect(fired).toBeGreaterThan(0);
      expect(wrong).not.toEqual(trial.right);
    });
  }
}
