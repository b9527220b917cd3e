import picocolors from 'picocolors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveLine } from '../run/live-line.ts';
import { TrialProgress } from './trial-progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a log is told of claims and trials, and of the part of the proof that goes on', () => {
  let written = '';
  const progress = new TrialProgress(
    new LiveLine({ write: (text: string) => (written += text) }, picocolors.createColors(false)),
  );
  progress.begins('Proving', { of: 3, what: 'claims' });
  progress.found(['queues/a', 'queues/a', 'queues/b']);
  progress.ended('queues/a');
  progress.ended('queues/a');
  vi.advanceTimersByTime(10_000);
  progress.begins('Crossing with the mutants of other claims', { of: 120, what: 'trials' });
  progress.found(['queues/a']);
  progress.ended('queues/a');
  vi.advanceTimersByTime(10_000);
  progress.ends();
  vi.advanceTimersByTime(60_000);
  expect(written).toBe(
    `  Proving: 1 of 3 claims, 2 trials, 10 s
  Crossing with the mutants of other claims: 1 of 120 trials, 20 s
`,
  );
});
