import { expect, test } from 'vitest';
import { madeAt, newRunName } from './run-name.ts';

test('a name tells when it was made, and is another one each time', () => {
  const now = Date.UTC(2026, 10, 29, 1, 2, 3);
  const [one, other] = [newRunName(now), newRunName(now)];
  expect(one).toMatch(/^brokerproof-[\da-z]{6}-[\da-z]{4}$/);
  expect(other).not.toBe(one);
  expect([one, `${one}.queues.declared.queue-1`].map(madeAt)).toEqual([now, now]);
});

test.for(['brokerproof-tm9u4o', 'brokerproof-tm9u4o-x3f8y', 'brokerproof-3f9c21d0.shared', 'my-tm9u4o-x3f8'])(
  '"%s" is of nobody here',
  (name) => {
    expect(madeAt(name)).toBeUndefined();
  },
);
