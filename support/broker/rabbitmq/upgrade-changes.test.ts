import { expect, test } from 'vitest';
import { changesBetween } from './upgrade-changes.ts';

test('what is as it was is not told', () => {
  const inventory = { queues: { '/ tasks': { durable: true, arguments: { 'x-max-length': 2 } } } };
  expect(changesBetween(inventory, structuredClone(inventory))).toEqual([]);
});

test('what is new or gone is named, with the state that it has', () => {
  expect(
    changesBetween(
      { 'feature flags': { old: { state: 'enabled' } }, queues: { '/ lost': {} } },
      {
        'feature flags': { old: { state: 'enabled' }, late: { state: 'disabled' } },
        'exchange types': { x: {} },
      },
    ),
  ).toEqual(['feature flags: new: late (disabled)', 'queues: gone: / lost', 'exchange types: new: x']);
});

test('many that are new are counted', () => {
  const names = Array.from({ length: 25 }, (_, index) => [`q${index}`, {}]);
  expect(changesBetween({}, { queues: Object.fromEntries(names) as Record<string, unknown> })).toEqual([
    expect.stringMatching(/^queues: new: q0, q1, .*, q19 and 5 more$/),
  ]);
});

test('fields that changed alike are told once, however deep they are', () => {
  const queue = (type?: string) => ({
    durable: true,
    arguments: type === undefined ? {} : { 'x-queue-type': type },
  });
  expect(
    changesBetween(
      { queues: { one: queue(), two: queue(), three: queue('quorum') }, users: { guest: { limits: [] } } },
      {
        queues: { one: queue('classic'), two: queue('classic'), three: queue('quorum') },
        users: { guest: { limits: {} } },
      },
    ),
  ).toEqual([
    'queues: arguments.x-queue-type: not told → "classic" (of 2 out of 3)',
    'users: limits: [] → {} (of guest)',
  ]);
});
