import { expect, test } from 'vitest';
import type { Verdict } from './verdict.ts';
import { worstOf } from './worst.ts';

test.for<[Verdict[], Verdict | undefined]>([
  [[], undefined],
  [['holds'], 'holds'],
  [['proven', 'holds'], 'holds'],
  [['proven', 'not applicable'], 'proven'],
  [['not applicable', 'not applicable'], 'not applicable'],
  [['proven', 'deviates'], 'deviates'],
  [['deviates', 'could not run'], 'could not run'],
  // What is known to be wrong stays known
  [['could not run', 'violated'], 'violated'],
])('of %j the worst is %s', ([verdicts, worst]) => {
  expect(worstOf(verdicts)).toBe(worst);
  expect(worstOf(verdicts.toReversed())).toBe(worst);
});
