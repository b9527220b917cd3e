import { chai, expect, test } from 'vitest';
import { makeReadable } from './readable.ts';

/** What an assertion of vitest says when it fails. */
function told(assertion: () => void): string {
  const { truncateThreshold } = chai.config;
  // As in the suite
  chai.config.truncateThreshold = 0;
  try {
    assertion();
    return 'It passed.';
  } catch (error) {
    makeReadable(error);
    return (error as Error).message;
  } finally {
    chai.config.truncateThreshold = truncateThreshold;
  }
}

const properties = {
  contentType: 'text/plain',
  headers: { size: 3, kept: true, of: ['a', 'b'] },
  deliveryMode: 2,
  messageId: 'a message with a long id, longer than others',
};

test('what is short stays as it is', () => {
  expect(told(() => expect(2, 'the size of the body').toBe(3))).toBe(
    'the size of the body: expected 2 to be 3',
  );
  expect(told(() => expect(['1']).toEqual(['2']))).toBe(`expected [ '1' ] to deeply equal [ '2' ]`);
});

test('of lists it is told what is missing and what is too much', () => {
  const numbers = Array.from({ length: 60 }, (_value, index) => String(index + 1));
  expect(told(() => expect(numbers.slice(1), 'what came').toEqual(numbers))).toBe(
    'what came: expected to deeply equal ["1" to "60"]\nSeen: ["2" to "60"]\nMissing: ["1"]',
  );
  expect(told(() => expect(numbers, 'the names').not.toContain('7'))).toBe(
    `the names: expected to not include '7'\nSeen: ["1" to "60"]`,
  );
  expect(told(() => expect(numbers).toContain('x'))).toBe(`expected to include 'x'\nSeen: ["1" to "60"]`);
  expect(told(() => expect(numbers).toHaveLength(3))).toBe('expected to have a length of 3\nSeen: 60');
});

test('of objects it is told which fields differ, and how', () => {
  const other = { ...properties, headers: { ...properties.headers, size: 4 }, deliveryMode: 1 };
  expect(told(() => expect(other, 'the properties').toEqual(properties))).toBe(
    `the properties: not as expected:
  headers.size: expected 3, seen 4
  deliveryMode: expected 2, seen 1`,
  );
  const wanted = {
    deliveryMode: 2,
    contentType: expect.any(String) as string,
    messageId: properties.messageId,
  };
  expect(told(() => expect(other).toMatchObject(wanted))).toBe(
    'not as expected:\n  deliveryMode: expected 2, seen 1',
  );
  const keys = Array.from({ length: 30 }, (_value, index) => `key ${index}`);
  expect(told(() => expect({ keys: keys.slice(1) }).toEqual({ keys }))).toBe(
    'not as expected:\n  keys: Missing: ["key 0"]',
  );
  expect(told(() => expect(properties).not.toHaveProperty('contentType'))).toMatch(
    /^expected to not have property "contentType"\nSeen: /,
  );
});

test('what no assertion of vitest threw stays as it is', () => {
  const error = new Error('expected [ Array(9) ] to be something else');
  makeReadable(error);
  expect(error.message).toBe('expected [ Array(9) ] to be something else');
});
