import { expect, test } from 'vitest';

import { logSince, saysThatStartIsComplete, tail } from './log.ts';

const log = [
  '2026-11-21 01:47:10.545346+00:00 [info] <0.1.0> before',
  '2026-11-21 01:47:11.000100+00:00 [info] <0.1.0> at',
  '  and what belongs to it',
  '2026-11-21 01:47:12.000000+00:00 [info] <0.1.0> after',
].join('\n');

test('gives the lines from a moment on, with those that have no time of their own', () => {
  const lines = logSince(log, Date.parse('2026-11-21T01:47:11Z')).split('\n');
  expect(lines).toEqual([
    '2026-11-21 01:47:11.000100+00:00 [info] <0.1.0> at',
    '  and what belongs to it',
    '2026-11-21 01:47:12.000000+00:00 [info] <0.1.0> after',
  ]);
});

test('understands an offset, and takes a time without one as UTC', () => {
  const since = Date.parse('2026-11-21T01:00:00Z');
  expect(logSince('2026-11-21 02:30:00.000000+02:00 [info] early', since)).toBe('');
  expect(logSince('2026-11-21 01:30:00.123 [info] <0.1.0> late', since)).toContain('late');
});

test('gives nothing of a log that ended before', () => {
  expect(logSince(log, Date.parse('2027-01-01T00:00:00Z'))).toBe('');
});

test('counts what stands before the first time, or in a log without any, to its beginning', () => {
  expect(logSince(`no time\n${log}`, 0)).toBe(`no time\n${log}`);
  expect(logSince('cannot open rabbitmq-env', 0)).toBe('cannot open rabbitmq-env');
});

test('gives the last lines', () => {
  expect(tail('one\ntwo\nthree\n', 2)).toBe('two\nthree');
});

test.each([
  ['2026-11-21 01:47:12.000000+00:00 [info] <0.9.0> Server startup complete; 6 plugins started.', true],
  // Where the logger has dropped that line
  [
    '  Starting broker...\n2026-11-21 01:47:12.000000+00:00 [warning] <0.8.0> enoent\n completed with 6 plugins.',
    true,
  ],
  ['  Starting broker...\n2026-11-21 01:47:12.000000+00:00 [info] <0.8.0> started TCP listener', false],
])('tells whether the start is complete: %j: %j', (printed, isComplete) => {
  expect(saysThatStartIsComplete(printed)).toBe(isComplete);
});
