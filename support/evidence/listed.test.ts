import { describe, expect, test } from 'vitest';
import { differences, listed } from './listed.ts';

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_value, index) => String(from + index));
}

describe('a list', () => {
  test('tells what follows on each other by its ends, and what repeats as a number', () => {
    expect(listed(['a', ...numbers(2, 100), '102'])).toBe('["a", "2" to "100", "102"]');
    expect(listed([1, 2, 3, 4, ...Array.from({ length: 30 }, () => undefined)])).toBe(
      '[1 to 4, undefined ×30]',
    );
    expect(listed(['1', '2', '3', 1n])).toBe('["1", "2", "3", 1]');
  });

  test('shows what is in it, and is never too long to read', () => {
    expect(listed([{ body: '1', redelivered: true }, [['1', -0]]])).toBe(
      `[{ body: '1', redelivered: true }, [["1", 0]]]`,
    );
    expect(listed([expect.stringContaining('NO_ROUTE'), expect.any(String)])).toBe(
      '[StringContaining<"NO_ROUTE">, Any<String>]',
    );
    const many = listed(Array.from({ length: 500 }, (_value, index) => `task ${index * 2}`));
    expect(many.length).toBeLessThan(700);
    expect(many).toMatch(/, and \d+ more\]$/);
  });
});

describe('two lists', () => {
  test('what is missing and what is too much', () => {
    expect(differences(numbers(1, 100), numbers(2, 101))).toEqual(['Missing: ["1"]', 'Too many: ["101"]']);
    expect(differences(['1', '2'], ['3'])).toEqual([]);
    expect(differences(['1', '2'], [])).toEqual([]);
    expect(differences(['1', '1'], ['1', '2'])).toEqual(['Missing: ["1"]', 'Too many: ["2"]']);
  });

  test('where the order differs, unless any will do', () => {
    const [wanted, seen] = [numbers(1, 5), ['1', '2', '4', '3', '5']];
    expect(differences(wanted, seen)).toEqual(['Another order from number 3 on: expected "3", seen "4"']);
    expect(differences(wanted, seen, { inAnyOrder: true })).toEqual([]);
    expect(differences(wanted, wanted)).toEqual([]);
  });

  test('where long texts part', () => {
    const [one, other] = ['ab'.repeat(100), `${'ab'.repeat(50)}x${'ba'.repeat(49)}b`];
    expect(differences([one], [other]).at(-1)).toBe(
      'They differ from character 101 on: expected "abababababababababababababababab", seen "ababababxbababababababababababab"',
    );
  });
});
