import picocolors from 'picocolors';
import { afterEach, expect, test, vi } from 'vitest';

import { resultOf } from './fabricated-results.test-support.ts';
import { Progress } from './progress.ts';

const plain = picocolors.createColors(false);
afterEach(() => {
  vi.unstubAllEnvs();
});

function run(screen: { isTTY: boolean; columns?: number }): string {
  let written = '';
  const progress = new Progress({ ...screen, write: (text: string) => (written += text) }, plain);
  progress.expect('queues', '/specs/queues/one.spec.ts');
  progress.expect('queues', '/specs/queues/two.spec.ts');
  progress.found(3);
  progress.ended(resultOf('queues/a'));
  progress.ended(resultOf('queues/b', { verdict: 'violated', reason: 'expected 1\nseen 2' }));
  progress.fileEnded('queues', '/specs/queues/one.spec.ts');
  progress.ended(resultOf('queues/c'));
  progress.fileEnded('queues', '/specs/queues/two.spec.ts');
  return written;
}

const lines = ['✗ queues/b violated: expected 1', '  queues: 2 proven, 1 violated', ''].join('\n');

test('a log gets a line for what went wrong, and one for each area', () => {
  expect(run({ isTTY: false })).toBe(lines);
});

test('a terminal gets a line that changes too, and nothing of it is left', () => {
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
  const written = run({ isTTY: true, columns: 30 });
  expect(written).toContain('  0 of 3 claims, still queues');
  const screen = written
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001B[2K') + 1).replace('[2K', ''));
  expect(screen.join('\n')).toBe(lines);
});

test('a log of a CI server has no line that changes, whatever it says it is', () => {
  vi.stubEnv('CI', 'true');
  expect(run({ isTTY: true })).toBe(lines);
});
