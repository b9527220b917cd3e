import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BrokerOfTests } from './broker-of-tests.ts';
import { bodiesInOtherFrames } from './eccentric/index.ts';
import * as library from './library/index.ts';
import { every, trials } from './trials/index.ts';

const tested = new BrokerOfTests();

test('there is a trial for each mutant, but those that the tests of the proxy show', () => {
  const shown = new Set(trials.flatMap(({ wrong }) => wrong.map(([{ name }]) => name)));
  const elsewhere = [
    'identity',
    'black-hole',
    'heartbeats-withheld',
    'heartbeats-unheard',
    // Needs a broker that is configured with one
    'default-prefetch-ignored',
    'certificate-of-another-authority',
    'plain-taken-on-tls-port',
  ];
  expect(
    every
      .map(({ name }) => name)
      .filter((name) => !shown.has(name))
      .toSorted(),
  ).toEqual(elsewhere.toSorted());
});

/** What is beside the mutants of a file and can change: a `let`, or what is made, or empty at first. */
const changeable =
  /^(?:export )?(?:let|var) .*|^(?:export )?const (?:[^=]|=>)+=\s*(?:new |per[A-Z]\w+\(|\[\]|\{\}).*/gm;

test('what a mutant remembers is made with its rules, anew for each run of a proxy', () => {
  const folder = new URL('library/', import.meta.url);
  const found = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(changeable)].map(([line]) => `${file}: ${line}`),
  );
  expect(found).toEqual([]);
});

/**
 * How many mutants say that they kill specs widely: from those, the gate learns nothing of what a spec asserts
 * beyond its claim. So it may only fall.
 */
const saidWidely = 92;

test(`no more than ${saidWidely} mutants say that they kill specs widely`, () => {
  const { length } = every.filter(({ widely }) => widely !== undefined);
  expect(
    length,
    'have the specs assert less, instead of one more mutant that says widely',
  ).toBeLessThanOrEqual(saidWidely);
  expect(length, `lower saidWidely to ${length}, so that it stays there`).toBeGreaterThanOrEqual(saidWidely);
});

for (const trial of trials) {
  test.concurrent(`${trial.title}: a right broker`, async (context) => {
    tested.skipUnless(trial, context);
    expect(await tested.shows(library.identity, trial.observe)).toEqual({ shown: trial.right, fired: 0 });
    if (trial.wrong.some(([mutant]) => mutant === bodiesInOtherFrames)) return;
    expect((await tested.shows(bodiesInOtherFrames, trial.observe)).shown).toEqual(trial.right);
  });
  for (const [mutant, wrong] of trial.wrong) {
    test.concurrent(`${trial.title}: a broker that ${mutant.says}`, async (context) => {
      tested.skipUnless(trial, context);
      const { shown, fired } = await tested.shows(mutant, trial.observe);
      expect(shown).toEqual(wrong);
      expect(fired).toBeGreaterThan(0);
      expect(wrong).not.toEqual(trial.right);
    });
  }
}
