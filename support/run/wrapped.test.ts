import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { wrapped } from './wrapped.ts';

const text = `queues
    The claim consuming/requeue-on-connection-close speaks of what a broker does when it ends.`;

test('lines go on below their beginnings, and no word is cut', () => {
  expect(wrapped(text, 50)).toBe(`queues
    The claim
      consuming/requeue-on-connection-close speaks
      of what a broker does when it ends.`);
  expect(wrapped('x'.repeat(60), 50)).toBe('x'.repeat(60));
});

test('colours take no room, and last', () => {
  const { red } = picocolors.createColors(true);
  expect(wrapped(red('a'.repeat(50)), 50)).toBe(red('a'.repeat(50)));
  expect(wrapped(`  ${red('one two three four five six seven eight nine ten')}`, 42).split('\n')).toEqual([
    `  ${red('one two three four five six seven')}`,
    `    ${red('eight nine ten')}`,
  ]);
});

test('where there is no terminal, or hardly one, lines stay as they are', () => {
  expect(wrapped(text, undefined)).toBe(text);
  expect(wrapped(text, 20)).toBe(text);
});
