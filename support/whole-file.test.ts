import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from './whole-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brokerproof-whole-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('takes the place of the one before, in a folder that is made', () => {
  const file = join(folder, 'new', 'told.json');
  writeWhole(file, 'before');
  writeWhole(file, 'now');
  expect(readFileSync(file, 'utf8')).toBe('now');
  expect(readdirSync(join(folder, 'new'))).toEqual(['told.json']);
});

test('leaves nothing of what could not be written, and says where that was', () => {
  const file = join(folder, 'told.json');
  mkdirSync(join(file, 'in the way'), { recursive: true });
  expect(() => writeWhole(file, 'now')).toThrow(expect.objectContaining({ path: file }));
  expect(readdirSync(folder)).toEqual(['told.json']);

  writeFileSync(join(folder, 'a file'), '');
  const within = join(folder, 'a file', 'told.json');
  expect(() => writeWhole(within, 'now')).toThrow(expect.objectContaining({ path: within }));
});
