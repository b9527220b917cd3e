import { satisfies } from 'semver';
import { expect, test, type TestContext } from 'vitest';
import { BrokerOfTests } from './broker-of-tests.ts';
import * as library from './library/index.ts';
import { trials } from './trials/index.ts';
import type { Trial } from './trials/trial.ts';
import type { Mutant } from './mutant.ts';

const tested = new BrokerOfTests();

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
  return typeof value === 'object' && value !== null && 'begin' in value;
}

function skipUnless({ versions = '*' }: Trial, { skip }: TestContext): void {
  const { version } = tested.broker.description;
  if (!satisfies(version, versions)) skip(`RabbitMQ ${version} is not ${versions}`);
}

for (const trial of trials) {
  test.concurrent(`${trial.title}: a right broker`, async (context) => {
    skipUnless(trial, context);
    expect(await tested.shows(library.identity, trial.observe)).toEqual({ shown: trial.right, fired: 0 });
    expect((await tested.shows(library.unspoken, trial.observe)).shown).toEqual(trial.right);
  });
  for (const [mutant, wrong] of trial.wrong) {
    test.concurrent(`${trial.title}: a broker that ${mutant.says}`, async (context) => {
      skipUnless(trial, context);
      const { shown, fired } = await tested.shows(mutant, trial.observe);
      expect(shown).toEqual(wrong);
      expect(fired).toBeGreaterThan(0);
      expect(wrong).not.toEqual(trial.right);
    });
  }
}
