import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import type { ProvenTrial, TrialResult } from '../verdict/trial.ts';
import { Proof } from './proof.ts';

const broker = { product: 'rabbitmq', version: '3.10.8' };
const spec = 'specs/consuming/turns.spec.ts';
const claim = {
  id: 'consuming/turns',
  file: spec,
  refutedBy: [
    { name: 'turns-lost', says: 'loses turns' },
    { name: 'turns-doubled', says: 'doubles turns' },
  ],
};
const others = {
  identity: 'held',
  'black-hole': 'red',
  foreign: 'indifferent',
} as const;

let root: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'brokerproof-proofs-'));
  file = join(root, 'fixtures/proofs/rabbitmq-3.10.8.json');
  put(
    spec,
    `claim('consuming/turns', about, async () => {});\nclaim('consuming/always', about, async () => {});`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function read(): Proof {
  return Proof.read(join(root, 'reports/proof.json'), root);
}

/** Proves, and forgets what was seen here: as in a fresh clone. */
function proveElsewhere(lost: TrialResult = 'killed', doubled: TrialResult = 'killed', of = broker) {
  const proof = read();
  proof.note(of, claim, trials(lost, doubled), 'quorum');
  const told = proof.write();
  rmSync(join(root, 'reports'), { recursive: true });
  return told;
}

function trials(lost: TrialResult, doubled: TrialResult): ProvenTrial[] {
  const results = { ...others, 'turns-lost': lost, 'turns-doubled': doubled };
  return Object.entries(results).map(([mutant, result]) => ({
    mutant,
    says: '…',
    result,
    message: 'It was seen.',
  }));
}

function known() {
  return read().of(broker, claim, 'quorum');
}

test('a fresh clone knows what is proven, since when, and by which mutants', () => {
  expect(proveElsewhere('killed', 'not applicable')).toBe(undefined);

  expect(known()).toEqual({
    provenAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    trials: [
      { mutant: 'turns-lost', says: 'loses turns', result: 'killed' },
      { mutant: 'turns-doubled', says: 'doubles turns', result: 'not applicable' },
    ],
  });
  for (const other of [{ version: '4.3.6' }, { metadataStore: 'khepri' }])
    expect(read().of({ ...broker, ...other }, claim, 'quorum')).toEqual({ trials: [] });
  expect(read().of(broker, claim, 'classic')).toEqual({ trials: [] });
});

test('a broker with Khepri has a file of its own', () => {
  proveElsewhere('killed', 'killed', { ...broker, metadataStore: 'khepri' } as typeof broker);
  expect(existsSync(join(root, 'fixtures/proofs/rabbitmq-3.10.8-khepri.json'))).toBe(true);
  expect(known()).toEqual({ trials: [] });
});

test('it counts while what made it is as it was, and then tells what has changed', () => {
  proveElsewhere();
  put(spec, `claim('consuming/turns', about, async () => { changed(); });`);
  expect(known()).toEqual({
    trials: [],
    outdated: expect.stringMatching(/^It was proven on \d{4}-\d\d-\d\d; changed since: its spec file\.$/),
  });
});

test('an outcome is a line, in the order of the names, and proving the same again changes nothing', () => {
  proveElsewhere();
  const proof = read();
  const always = { ...claim, id: 'consuming/always' };
  proof.note(broker, always, trials('killed', 'killed'));
  proof.write();
  const long = readFileSync(file, 'utf8').replaceAll(/"provenAt":"[^"]+"/g, '"provenAt":"2020-02-20"');
  writeFileSync(file, long);
  expect(long.split('\n').map((line) => line.replace(/\{"made.*$/, '…'))).toEqual([
    '{',
    '  "schemaVersion": 1,',
    '  "proven": {',
    '    "consuming/always": …',
    '    "consuming/turns (quorum)": …',
    '  }',
    '}',
    '',
  ]);

  proveElsewhere();

  expect(readFileSync(file, 'utf8')).toBe(long);
});

test('what changes the proof dates it anew', () => {
  proveElsewhere();
  const before = readFileSync(file, 'utf8').replaceAll(/"provenAt":"[^"]+"/g, '"provenAt":"2020-02-20"');
  writeFileSync(file, before);
  put(spec, `claim('consuming/turns', about, async () => { changed(); });`);
  proveElsewhere();
  expect(readFileSync(file, 'utf8')).not.toContain('2020-02-20');
});

test.for<[TrialResult, TrialResult]>([
  ['killed', 'survived'],
  ['not applicable', 'not applicable'],
  ['void', 'killed'],
])('what is not proven any more is taken out: %s and %s', (results) => {
  proveElsewhere();
  proveElsewhere(...results);
  expect(existsSync(file)).toBe(false);
  expect(known()).toEqual({ trials: [] });
});

test('so is a claim that does not exist any more', () => {
  proveElsewhere();
  put(spec, `claim('consuming/others', about, async () => {});`);
  read().write();
  expect(existsSync(file)).toBe(false);
});

test('what was seen here later counts, with what the specs said', () => {
  proveElsewhere();
  const proof = read();
  proof.note(broker, claim, trials('killed', 'killed'), 'quorum');
  proof.write();
  expect(known()).toEqual({ trials: trials('killed', 'killed'), provenAt: expect.stringContaining('T') });
  proof.note(broker, claim, trials('killed', 'survived'), 'quorum');
  proof.write();
  expect(known()).toEqual({ trials: trials('killed', 'survived') });
});

test('what was seen here of another state of the project does not hide what is proven of this one', () => {
  const proof = read();
  proof.note(broker, claim, trials('killed', 'survived'), 'quorum');
  proof.write();
  const here = readFileSync(join(root, 'reports/proof.json'), 'utf8');
  put(spec, `claim('consuming/turns', about, async () => { mended(); });`);
  proveElsewhere();
  put('reports/proof.json', here);
  expect(known()).toMatchObject({ provenAt: expect.any(String) });
});

test.for([
  ['a conflict of two branches', '<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n'],
  ['another version', '{"schemaVersion":2,"proven":{}}'],
  ['no digests', '{"schemaVersion":1,"proven":{"a/b":{"provenAt":"2026-11-28","killed":[]}}}'],
] as const)('a file that holds something else is told: %s', ([, content]) => {
  put('fixtures/proofs/garagemq-0.1.json', content);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(
    /garagemq-0\.1\.json does not hold what is proven: .+\nMend it, or delete it and run pnpm prove/s,
  );
});

test('a folder that can not be written is told, and what was seen here is kept', () => {
  put('fixtures', 'a file where the folder should be');
  const proof = read();
  proof.note(broker, claim, trials('killed', 'killed'), 'quorum');
  expect(proof.write()).toMatch(/^What is proven could not be added to \S+fixtures\/proofs: .+\.$/);
  expect(known().trials).toHaveLength(5);
});
