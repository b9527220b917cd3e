import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readExcluded } from './excluded.ts';
import { claimsIn } from './places.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'brokerproof-excluded-'));
  mkdirSync(join(root, 'specs'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(content: string) {
  return writeFileSync(join(root, 'specs/excluded.json'), content);
}
const race = { says: 'A race ends well.', because: 'Nothing brings it about.' };

test('what the project excludes is no claim of it', () => {
  const claims = new Set(claimsIn(process.cwd()).map(({ id }) => id));
  const excluded = readExcluded(claims);
  expect(excluded.length).toBeGreaterThan(0);
  expect(new Set(excluded.map(({ id }) => id)).size).toBe(excluded.length);
});

test('a project may exclude nothing', () => {
  expect(readExcluded(new Set(), root)).toEqual([]);
});

test('each is told with its sentence and the reason', () => {
  write(JSON.stringify({ 'queues/race': race }));
  expect(readExcluded(new Set(['queues/fifo']), root)).toEqual([{ id: 'queues/race', ...race }]);
});

test.for([
  { wrong: 'no JSON', content: '{', told: 'JSON' },
  { wrong: 'no reason', content: '{"queues/race":{"says":"It ends well."}}', told: 'because' },
  { wrong: 'no id', content: JSON.stringify({ Race: race }), told: 'Race' },
  { wrong: 'a claim', content: JSON.stringify({ 'queues/fifo': race }), told: 'queues/fifo is a claim' },
])('$wrong is an error that names the file', ({ content, told }) => {
  write(content);
  expect(() => readExcluded(new Set(['queues/fifo']), root)).toThrow('specs/excluded.json: ');
  expect(() => readExcluded(new Set(['queues/fifo']), root)).toThrow(told);
});
