import picocolors from 'picocolors';
import { afterEach, expect, test, vi } from 'vitest';

import { LiveLine } from '../run/live-line.ts';
import { resultOf } from './fabricated-results.test-support.ts';
import { Progress } from './progress.ts';

const plain = picocolors.createColors(false);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const [one, two] = ['/specs/queues/one.spec.ts', '/specs/queues/two.spec.ts'];

function progressOn(screen: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const line = new LiveLine({ ...screen, write: (text: string) => written.push(text) }, plain);
  return { progress: new Progress(line), written };
}

function run(screen: { isTTY: boolean; columns?: number }): string {
  const { progress, written } = progressOn(screen);
  progress.expect('queues', one, 2);
  progress.expect('queues', two, 1);
  progress.begins();
  progress.found(one, ['queues/a', 'queues/a', 'queues/b']);
  progress.ended(resultOf('queues/a', { queueType: 'classic' }));
  progress.testEnded('queues/a');
  progress.ended(resultOf('queues/a', { queueType: 'quorum' }));
  progress.testEnded('queues/a');
  progress.ended(resultOf('queues/b', { verdict: 'violated', reason: 'expected 1\nseen 2' }));
  progress.testEnded('queues/b');
  progress.fileEnded('queues', one);
  progress.found(two, ['queues/c']);
  progress.ended(resultOf('queues/c'));
  progress.testEnded('queues/c');
  progress.fileEnded('queues', two);
  progress.ends();
  return written.join('');
}

const lines = ['✗ queues/b violated: expected 1', '  queues: 2 proven, 1 violated', ''].join('\n');

test('a log gets a line for what went wrong, and one for each area', () => {
  expect(run({ isTTY: false })).toBe(lines);
});

test('a terminal gets a line that changes too, and nothing of it is left', () => {
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
  const written = run({ isTTY: true, columns: 40 });
  expect(written).toContain('  0 of 3 claims, 0 s, still queues');
  expect(written).toContain('  1 of 3 claims, 0 s, still queues');
  const screen = written
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001B[2K') + 1).replace('[2K', ''));
  expect(screen.join('\n')).toBe(lines);
});

test('a log of a CI server has no line that changes, whatever it says it is', () => {
  vi.stubEnv('CI', 'true');
  expect(run({ isTTY: true })).toBe(lines);
});

test('claims are counted, not their tests, and what a file turns out to have counts', () => {
  vi.useFakeTimers();
  const { progress, written } = progressOn({ isTTY: false });
  progress.expect('queues', one, 2);
  progress.expect('routing', two, 5);
  progress.begins();
  vi.advanceTimersByTime(10_000);
  progress.found(one, ['queues/a', 'queues/a', 'queues/b', 'queues/c']);
  progress.testEnded('queues/a');
  progress.testEnded('queues/b');
  vi.advanceTimersByTime(10_000);
  progress.testEnded('queues/a');
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual([
    '  0 of 7 claims, 10 s, still queues, routing\n',
    '  1 of 8 claims, 20 s, still queues, routing\n',
    '  2 of 8 claims, 30 s, still queues, routing\n',
  ]);
});
