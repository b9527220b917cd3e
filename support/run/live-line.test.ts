import picocolors from 'picocolors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { elapsed, fitted, LiveLine } from './live-line.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function lineOn(screen: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const line = new LiveLine(
    { ...screen, write: (text: string) => written.push(text) },
    picocolors.createColors(false),
  );
  return { line, written };
}

test('a log gets a line when nothing was written for ten seconds, and none after the end', () => {
  const { line, written } = lineOn({ isTTY: false });
  let done = 0;
  line.tell(() => `${done} of 3`);
  vi.advanceTimersByTime(9_000);
  expect(written).toEqual([]);
  line.line('something else');
  done = 2;
  vi.advanceTimersByTime(9_500);
  expect(written).toEqual(['something else\n']);
  vi.advanceTimersByTime(11_000);
  expect(written).toEqual(['something else\n', '  2 of 3\n', '  2 of 3\n']);
  line.tell(undefined);
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(3);
});

test('a terminal gets a line that changes, which leaves room for its end', () => {
  const { line, written } = lineOn({ isTTY: true, columns: 20 });
  let room = 0;
  line.tell((given) => {
    room = given;
    return 'going on';
  });
  line.line('stays');
  line.tell(undefined);
  const erase = '\r\u001B[2K';
  expect(written).toEqual([`${erase}  going on`, erase, 'stays\n', `${erase}  going on`, erase]);
  expect(room).toBe(17);
});

test('names that find no room are counted', () => {
  const names = ['consuming', 'queues', 'routing'];
  expect(fitted(names, 30)).toBe('consuming, queues, routing');
  expect(fitted(names, 25)).toBe('consuming and 2 more');
  expect(fitted(names, 8)).toBe('3 more');
  expect(fitted(names, 5)).toBe('');
});

test('time is told in seconds and minutes', () => {
  expect(elapsed(Date.now() - 59_900)).toBe('59 s');
  expect(elapsed(Date.now() - 200_000)).toBe('3 min 20 s');
});
