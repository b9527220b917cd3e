import { expect, test } from 'vitest';
import { courseSvg, wordsOf } from './course-svg.ts';
import type { Course } from './evidence.ts';

const course: Course = {
  seed: 7,
  startedAt: 3,
  lasted: 2_000,
  faults: [{ what: 'kill', from: 500, to: 1_500, struck: 4 }],
  interval: 500,
  confirmed: [100, 0, 0, 50],
  delivered: [50, 0, 0, 100],
  silence: { from: 490, to: 1_600 },
  counts: { confirmed: 150, unknownDelivered: 3 },
  wrongs: { lost: ['producer 1 12'], invented: [] },
};

test('faults are bands, in their place and as long as they were', () => {
  expect(courseSvg(course, 'a <kill>')).toContain(
    '<rect class="k" x="208" y="34" width="304" height="110"/><text x="208" y="30" class="d">kill</text>',
  );
});

test('a title is escaped, and the largest rate is told', () => {
  const svg = courseSvg(course, 'a <kill>');

  expect(svg).toContain('Throughput: a &lt;kill&gt;');
  expect(svg).toContain('200/s');
  expect(svg).toContain('longest silence of confirms: 1110 ms');
});

test('the same in words', () => {
  expect(wordsOf(course).split('\n')).toEqual([
    'A history of 2.0 s, with the seed 7.',
    'kill at 0.5 s for 1000 ms: 4 connections.',
    'Longest silence of confirms: 1110 ms, from 0.5 s on.',
    'confirmed: 150',
    'unknown delivered: 3',
    'lost: producer 1 12.',
  ]);
});

test('a history in which nothing came draws nothing, and says so', () => {
  const { silence: _, ...nothing } = {
    ...course,
    faults: [],
    confirmed: [0],
    delivered: [0],
    wrongs: {},
    lasted: 1,
  };

  expect(courseSvg(nothing, 'none')).not.toContain('silence');
  expect(wordsOf(nothing)).toContain('Nothing went wrong.');
});
