import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimsIn } from '../claim/places.ts';
import { selectionOf } from './selection.ts';

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'brokerproof-selection-'));
  write('consuming/dispatch.spec.ts', 'consuming/round-robin', 'consuming/round-robin-ignores-cost');
  write('consuming/requeueing.spec.ts', 'consuming/requeued');
  write('consumers/timeout.apart.spec.ts', 'consumers/acknowledgement-timeout');
});

afterEach(() => {
  rmSync(project, { recursive: true });
});

function write(path: string, ...ids: string[]): void {
  const file = join(project, 'specs', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, ids.map((id) => `claim(\n  '${id}',\n  about, async () => {});`).join('\n'));
}

/** What of all claims would run. */
function chosen(...names: string[]): string[] {
  const { files, testNamePattern } = selectionOf(names, { folder: project });
  return claimsIn(project)
    .filter(({ file }) => files.length === 0 || files.some((path) => join(project, file).startsWith(path)))
    .filter(({ id }) => testNamePattern?.test(`${id}: It says so.`) ?? true)
    .map(({ id }) => id)
    .sort();
}

describe('a name chooses', () => {
  test('nothing given: everything', () => {
    expect(selectionOf([], { folder: project })).toEqual({
      files: [],
      cluster: false,
      project: ['together', 'apart'],
    });
  });

  test('an area, and not another whose name begins the same', () => {
    expect(chosen('consuming')).toEqual([
      'consuming/requeued',
      'consuming/round-robin',
      'consuming/round-robin-ignores-cost',
    ]);
  });

  test('a claim, and not another whose id begins the same', () => {
    expect(chosen('consuming/round-robin')).toEqual(['consuming/round-robin']);
  });

  test('a spec file', () => {
    expect(chosen('specs/consuming/dispatch.spec.ts')).toEqual([
      'consuming/round-robin',
      'consuming/round-robin-ignores-cost',
    ]);
  });

  test('several: all of them', () => {
    expect(chosen('consumers', 'consuming/requeued')).toEqual([
      'consumers/acknowledgement-timeout',
      'consuming/requeued',
    ]);
    expect(chosen('consuming', 'consuming/requeued')).toHaveLength(3);
  });
});

describe('what is about clusters', () => {
  beforeEach(() => {
    write('clustering/nodes.cluster.spec.ts', 'clustering/any-node');
    write('consuming/nodes.cluster.spec.ts', 'consuming/through-another-node');
  });

  const selected = (names: string[], cluster?: boolean | 'either') =>
    selectionOf(names, { cluster, folder: project }).project;

  test('runs when it is asked for, or nothing else is named', () => {
    expect(selected([])).toEqual(['together', 'apart']);
    expect(selected([], true)).toEqual(['cluster']);
    expect(selected(['consuming'])).toEqual(['together', 'apart']);
    expect(selected(['consuming'], true)).toEqual(['cluster']);
    expect(selected(['clustering'])).toEqual(['cluster']);
    expect(selected(['clustering/any-node', 'consuming/through-another-node'])).toEqual(['cluster']);
  });

  test('does not run beside others', () => {
    expect(() => selected(['clustering', 'consuming/requeued'])).toThrow(
      'clustering is about clusters, and others are named too.',
    );
    expect(() => selected(['consuming/requeued'], true)).toThrow('consuming/requeued is not about clusters.');
    expect(selected(['clustering', 'consuming/requeued'], 'either')).toHaveLength(2);
  });
});

test('a queue type chooses the outcomes with it, of everything or of what is named', () => {
  const test = 'consuming/round-robin (quorum): It says so.';
  const others = ['consuming/round-robin: It says so.', 'consuming/round-robin (classic): It says so.'];
  for (const names of [[], ['consuming'], ['consuming/round-robin'], ['specs/consuming/dispatch.spec.ts']]) {
    const { testNamePattern } = selectionOf(names, { queueType: 'quorum', folder: project });
    expect(testNamePattern?.test(test)).toBe(true);
    for (const other of others) expect(testNamePattern?.test(other)).toBe(false);
    const all = selectionOf(names, { folder: project }).testNamePattern ?? /^/;
    for (const each of [test, ...others]) expect(each).toMatch(all);
  }
  expect(() => selectionOf([], { queueType: 'quorom', folder: project })).toThrow(
    'There is no queue type "quorom".',
  );
});

test.for([
  { name: 'consumin', nearest: 'consuming' },
  { name: 'consuming/roundrobin', nearest: 'consuming/round-robin' },
  { name: 'specs/consuming/dispatch.ts', nearest: 'specs/consuming/dispatch.spec.ts' },
  { name: 'specs/consuming', nearest: 'consuming' },
])('$name is unknown, and $nearest the nearest', ({ name, nearest }) => {
  expect(() => selectionOf([name], { folder: project })).toThrow(
    new RegExp(`^There is no area, claim or spec file "${name}"\\. Nearest: ${nearest}[,.]`),
  );
});
