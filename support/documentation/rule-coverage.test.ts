import { expect, test } from 'vitest';
import { docs, rule } from '../claim/documentation.ts';
import { excludedRules, ruleCoverage } from './rule-coverage.ts';
import { rules } from './rules.ts';

const claims = [
  { id: 'queues/one', documented: [docs('queues'), rule('queue/bind/duplicates')] },
  { id: 'queues/other', documented: [rule('queue/bind/duplicates'), rule('queue/bind/duplicates')] },
  { id: 'queues/client', documented: [rule('basic/reject/03')] },
];
const coverage = ruleCoverage(claims);

test('each rule has a row, in the order of the documentation', () => {
  expect(coverage.map(({ rule }) => rule)).toEqual(rules);
});

test.for([
  { id: 'rule:queue/bind/duplicates', status: 'covered', by: ['queues/one', 'queues/other'] },
  // A claim counts for more than the reason why there would be none
  { id: 'rule:basic/reject/03', status: 'covered', by: ['queues/client'] },
  { id: 'rule:redelivered/hinting', status: 'excluded', by: [], because: 'It binds clients alone.' },
  { id: 'rule:basic/08', status: 'open', by: [], because: undefined },
])('$id is $status', ({ id, status, by, because }) => {
  const row = coverage.find(({ rule }) => rule.id === id);
  expect(row).toMatchObject({ status, claims: by });
  expect(row?.because).toBe(because);
});

test('what is excluded is a rule, and the reason a sentence', () => {
  const known = new Set(rules.map(({ id }) => id));
  expect(Object.keys(excludedRules).filter((id) => !known.has(id))).toEqual([]);
  expect(Object.values(excludedRules).filter((because) => !/^[A-Z].*\.$/.test(because))).toEqual([]);
});
