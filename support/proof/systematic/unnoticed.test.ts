import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readUnnoticed } from './unnoticed.ts';

const folder = mkdtempSync(join(tmpdir(), 'brokerproof-unnoticed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string) {
  const file = join(folder, 'unnoticed.json');
  writeFileSync(file, content);
  return readUnnoticed(file);
}
const because = 'The field means nothing any more.';
const ticket = 'hears/queue.bind/ticket/one-more';

test('the reasons of the project are of mutants that there are, each once and a sentence', () => {
  expect(readUnnoticed().size).toBeGreaterThan(0);
});

test('a mutant has its reason', () => {
  expect(read(JSON.stringify([{ why: 'untellable', because, mutants: [ticket] }]))).toEqual(
    new Map([[ticket, { why: 'untellable', because }]]),
  );
});

test.for([
  { wrong: 'no JSON', content: '[', told: 'JSON' },
  {
    wrong: 'another reason',
    content: JSON.stringify([{ why: 'so', because, mutants: [ticket] }]),
    told: 'why',
  },
  {
    wrong: 'no sentence',
    content: JSON.stringify([{ why: 'open', because: 'so it is', mutants: [ticket] }]),
    told: 'A sentence begins',
  },
  {
    wrong: 'a mutant that there is not',
    content: JSON.stringify([{ why: 'open', because, mutants: ['hears/queue.bond'] }]),
    told: 'there is no mutant hears/queue.bond',
  },
  {
    wrong: 'a mutant twice',
    content: JSON.stringify([{ why: 'open', because, mutants: [ticket, ticket] }]),
    told: `${ticket} is there twice`,
  },
])('$wrong is an error that names the file', ({ content, told }) => {
  expect(() => read(content)).toThrow(told);
  expect(() => read(content)).toThrow('unnoticed.json: ');
});
