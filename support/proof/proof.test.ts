import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ProvenTrial } from '../verdict/trial.ts';
import { Proof } from './proof.ts';

const broker = { product: 'rabbitmq', version: '3.10.8' };
const claim = {
  id: 'consuming/turns',
  file: 'specs/consuming/turns.spec.ts',
  refutedBy: [{ name: 'names-cut-at-9', says: 'cuts names' }],
};
const trials: ProvenTrial[] = [{ mutant: 'names-cut-at-9', says: 'cuts names', result: 'killed' }];

/** What a small project holds. */
const files = {
  'specs/consuming/turns.spec.ts': "claim('consuming/turns', about, async () => {})",
  'support/mutants/library/names.ts': 'mutant(`names-cut-at-${longest}`)',
  'support/mutants/library/others.ts': "mutant('another')",
  'support/mutants/eccentric/dispatch.ts': 'in bursts',
  'support/mutants/proxy.ts': 'a proxy',
  'support/actors/consumer.ts': 'an actor',
  'support/actors/consumer.test.ts': 'a test',
  'support/expectations/to-receive.ts': 'a matcher',
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** What is known of a claim that was proven, after a file has changed. @param changed absent: none */
function provenBefore(changed?: keyof typeof files, shown = trials) {
  const folder = mkdtempSync(join(tmpdir(), 'brokerproof-proof-'));
  folders.push(folder);
  const written = (name: string, text: string) => {
    const root = join(folder, name);
    for (const [file, content] of Object.entries(files))
      put(join(root, file), file === changed ? content + text : content);

    return root;
  };
  const file = join(folder, 'proof.json');
  const proof = Proof.read(file, written('before', ''));
  proof.note(broker, claim, shown);
  proof.write();
  return Proof.read(file, written('after', ', changed')).of(broker, claim);
}

function put(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

test('a claim stays proven while all that made the proof is as it was', () => {
  expect(provenBefore()).toEqual({ trials, provenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
});

test.for(['support/mutants/library/others.ts', 'support/actors/consumer.test.ts'] as const)(
  'what the proof does not stand on may change: %s',
  (file) => {
    expect(provenBefore(file)).toMatchObject({ trials, provenAt: expect.any(String) });
  },
);

test.for([
  ['specs/consuming/turns.spec.ts', 'its spec file'],
  ['support/mutants/library/names.ts', 'the mutants'],
  ['support/mutants/eccentric/dispatch.ts', 'the mutants'],
  ['support/mutants/proxy.ts', 'the matchers, the actors or what else specs stand on'],
  ['support/actors/consumer.ts', 'the matchers, the actors or what else specs stand on'],
  ['support/expectations/to-receive.ts', 'the matchers, the actors or what else specs stand on'],
] as const)('it is not proven any more when this changes, and that is told: %s', ([file, what]) => {
  expect(provenBefore(file)).toEqual({
    trials: [],
    outdated: expect.stringMatching(`^It was proven on \\d{4}-\\d\\d-\\d\\d; changed since: ${what}\\.$`),
  });
});

test('what was not proven before is not told to be outdated', () => {
  const survived = [{ ...trials[0], result: 'survived' } as ProvenTrial];
  expect(provenBefore('support/mutants/proxy.ts', survived)).toEqual({ trials: [] });
});

test('a file of an older version proves nothing, and one that is no proof is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'brokerproof-proof-'));
  folders.push(folder);
  const file = join(folder, 'proof.json');
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, brokers: { 'rabbitmq 3.10.8': {} } }));
  expect(Proof.read(file).of(broker, claim)).toEqual({ trials: [] });
  writeFileSync(file, '{}');
  expect(() => Proof.read(file)).toThrow('is not a proof that can be read.');
});
