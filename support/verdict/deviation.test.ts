import { expect, test } from 'vitest';
import { judged } from './deviation.ts';

const deviation = { because: 'It keeps everything.', link: 'https://example.org/why' };
const violated = { verdict: 'violated', reason: 'expected 1', errors: [] } as const;

test('without a declaration an outcome is what it is', () => {
  expect(judged({ ...violated, errors: [] }, undefined)).toEqual(violated);
});

test('a violation that is declared is expected, and says why', () => {
  expect(judged({ ...violated, errors: [] }, deviation)).toMatchObject({
    verdict: 'deviates',
    reason: 'It keeps everything. (https://example.org/why)',
  });
});

test('a declared deviation that does not occur is bad', () => {
  expect(judged({ verdict: 'holds', errors: [] }, deviation)).toMatchObject({
    verdict: 'violated',
    reason:
      'The profile declares a deviation that does not occur: It keeps everything. (https://example.org/why)',
  });
});

test.for(['not testable', 'not applicable', 'could not run'] as const)(
  'what shows neither is left as it is: %s',
  (verdict) => {
    expect(judged({ verdict, errors: [] }, deviation)).toEqual({ verdict, errors: [] });
  },
);
