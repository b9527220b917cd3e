import { expect, test } from 'vitest';
import { column, matrixOf } from '../fabricated-matrix.test-support.ts';
import { comparisonOf } from './comparison.ts';

const one = column('one', 'One');
const other = column('other', 'Other', { failure: 'It died.' });
function ids(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

test('compares claims for which both brokers were judged, and tells of all others why not', () => {
  const { matrix } = matrixOf([one, other], {
    'a/same': { on: { one: 'proven', other: 'holds' } },
    'a/both-violate': { on: { one: 'violated', other: 'violated' } },
    'a/differs': { on: { one: 'holds', other: 'violated' } },
    'a/declared': { on: { one: 'violated', other: 'deviates' } },
    'a/of-one-version': { on: { one: 'holds', other: 'not applicable' } },
    'b/untestable': { on: { one: 'proven', other: { verdict: 'not testable', reason: 'needs ctl' } } },
    'b/broken': { on: { one: { verdict: 'could not run', reason: 'Late' }, other: 'proven' } },
    'b/late': { on: { one: 'proven' } },
    'b/later': { on: { one: 'violated' } },
  });
  const { differing, agreeing, incomparable } = comparisonOf(matrix, [one, other]);
  expect(ids(differing)).toEqual(['a/differs', 'a/declared', 'a/of-one-version']);
  expect(ids(agreeing)).toEqual(['a/same', 'a/both-violate']);
  expect(
    incomparable.map(({ obstacles, rows }) => [
      ...obstacles.map(({ column, outcome, reason }) => `${column.id}: ${outcome}, ${reason}`),
      ids(rows),
    ]),
  ).toEqual([
    ['other: no result, It died.', ['b/late', 'b/later']],
    ['other: not testable, needs ctl', ['b/untestable']],
    ['one: could not run, Late', ['b/broken']],
  ]);
});
