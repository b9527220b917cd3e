import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { startedAt } from '../broker/processes/started-at.mjs';
import { UsageError } from '../errors.ts';
import { ownFolder } from './own-folder.ts';

let reports: string;
let said: string[];

beforeEach(() => {
  reports = join(mkdtempSync(join(tmpdir(), 'brokerproof-own-')), 'reports');
  said = [];
});

afterEach(() => {
  rmSync(join(reports, '..'), { recursive: true, force: true });
});

function own(): string {
  return ownFolder(reports, (line) => said.push(line));
}

function lockedBy(holder: string, folder = reports): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(holder, join(folder, '.lock'));
}

const another = `${process.ppid}-${startedAt(process.ppid) ?? ''}`;

test('is the folder that was asked for, also a second time', () => {
  expect(own()).toBe(reports);
  expect(own()).toBe(reports);
  expect(said).toEqual([]);
});

test('is one in it while other runs go on, and that is said', () => {
  lockedBy(another);
  lockedBy(another, join(reports, 'run-2'));
  expect(own()).toBe(join(reports, 'run-3'));
  expect(said).toEqual([
    `Another run writes to ${reports}, so this one writes to ${join(reports, 'run-3')}.`,
  ]);
});

test('is taken from a run that was killed', async () => {
  const child = spawn('sleep', ['60']);
  const holder = `${child.pid}-${startedAt(child.pid ?? 0) ?? ''}`;
  lockedBy(holder);
  expect(own()).toBe(join(reports, 'run-2'));

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(own()).toBe(reports);
  expect(readlinkSync(join(reports, '.lock'))).toContain(String(process.pid));
});

test.runIf(existsSync('/proc/self/stat'))(
  'is taken from a run whose process id is another process now',
  () => {
    lockedBy(`${process.ppid}-1`);
    expect(own()).toBe(reports);
  },
);

test('that can not be written is told', () => {
  writeFileSync(reports, '');
  expect(own).toThrow(UsageError);
  expect(own).toThrow("The report can't be written: ");
});
