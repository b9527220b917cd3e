import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MutatedBrokerOfTests } from './mutated-broker-of-tests.test-support.ts';
import { bodiesInOtherFrames } from './eccentric/index.ts';
import * as library from './library/index.ts';
import { every, demonstrations } from './demonstrations/index.test-support.ts';

const tested = new MutatedBrokerOfTests();

test('there is a demonstration for each mutant, but those that the tests of the proxy show', () => {
  const shown = new Set(demonstrations.flatMap(({ wrong }) => wrong.map(([{ name }]) => name)));
  const elsewhere = [
    'identity',
    'black-hole',
    'heartbeats-withheld',
    'heartbeats-unheard',
    // Needs a broker that has an alarm
    'blocked-untold',
    'blocked-clients-given-up',
    // Needs a broker that is configured with one
    'default-prefetch-ignored',
    'certificate-of-another-authority',
    'client-certificates-not-demanded',
    'plain-taken-on-tls-port',
    'tls-settings-ignored',
  ];
  expect(
    every
      .map(({ name }) => name)
      .filter((name) => !shown.has(name))
      .toSorted(),
    'mutants without one: write what a right broker and the mutant show into a file of support/mutants/demonstrations',
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
const saidWidely = 72;

test(`no more than ${saidWidely} mutants say that they kill specs widely`, () => {
  const { length } = every.filter(({ widely }) => widely !== undefined);
  expect(
    length,
    'have the specs assert less, instead of one more mutant that says widely',
  ).toBeLessThanOrEqual(saidWidely);
  expect(length, `lower saidWidely to ${length}, so that it stays there`).toBeGreaterThanOrEqual(saidWidely);
});

for (const demonstration of demonstrations) {
  test.concurrent(`${demonstration.title}: a right broker`, async (context) => {
    tested.skipUnless(demonstration, context);
    expect(await tested.shows(library.identity, demonstration.observe)).toEqual({
      shown: demonstration.right,
      fired: 0,
    });
    if (demonstration.wrong.some(([mutant]) => mutant === bodiesInOtherFrames)) return;
    expect((await tested.shows(bodiesInOtherFrames, demonstration.observe)).shown).toEqual(
      demonstration.right,
    );
  });
  for (const [mutant, wrong] of demonstration.wrong) {
    test.concurrent(`${demonstration.title}: a broker that ${mutant.says}`, async (context) => {
      tested.skipUnless(demonstration, context);
      const { shown, fired } = await tested.shows(mutant, demonstration.observe);
      expect(shown).toEqual(wrong);
      expect(fired).toBeGreaterThan(0);
      expect(wrong).not.toEqual(demonstration.right);
    });
  }
}
