import { expect, test } from 'vitest';
import { courseOf } from './course.ts';
import type { Publication } from './history.ts';

function confirmed(toldAt: number): Publication {
  return { body: String(toldAt), publisher: 'p', channel: 1, at: 0, told: 'confirmed', toldAt };
}

test('the longest silence is that between two confirms, in whatever order they were noted', () => {
  const publications = [confirmed(900), confirmed(100), confirmed(300), confirmed(200)];

  const course = courseOf({ publications, receipts: [], faults: [], drained: true });

  expect(course.silence).toEqual({ from: 300, to: 900 });
});

test('all that happened is in an interval, the last moment too', () => {
  const publications = [confirmed(1), confirmed(400), confirmed(800)];
  const receipts = [{ body: '1', consumer: 'c', channel: 2, at: 800, redelivered: false }];

  const course = courseOf({ publications, receipts, faults: [], drained: true });

  const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
  expect([sum(course.confirmed), sum(course.delivered), course.lasted]).toEqual([3, 1, 800]);
});

test('a history without a confirm has no silence', () => {
  expect(courseOf({ publications: [], receipts: [], faults: [], drained: true })).not.toHaveProperty(
    'silence',
  );
});

test('a fault of a node names it', () => {
  const faults = [
    { what: 'node kill', node: 'b', from: 1, to: 2, struck: 3 },
    { what: 'rolling kill', from: 3, to: 4, struck: 5 },
  ] as const;

  const course = courseOf({ publications: [], receipts: [], faults: [...faults], drained: true });

  expect(course.faults).toEqual([
    { what: 'node kill b', from: 1, to: 2, struck: 3 },
    { what: 'rolling kill', from: 3, to: 4, struck: 5 },
  ]);
});
