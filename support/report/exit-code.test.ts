import { expect, test } from 'vitest';

import { exitCode } from './exit-code.ts';

const expected = ['proven', 'holds', 'deviates', 'not applicable', 'not testable'] as const;

test.for([
  { code: 0, when: 'all is as expected', run: { verdicts: expected } },
  { code: 1, when: 'a claim was violated', run: { verdicts: [...expected, 'violated' as const] } },
  { code: 3, when: 'something could not run', run: { verdicts: [...expected, 'could not run' as const] } },
  {
    code: 3,
    when: 'something could not run, and a claim was violated',
    run: { verdicts: ['violated', 'could not run'] as const },
  },
  { code: 3, when: 'it was interrupted', run: { verdicts: expected, interrupted: true } },
  { code: 2, when: 'no claim ran', run: { verdicts: [] } },
  { code: 2, when: 'the set-up was broken', run: { verdicts: ['could not run'] as const, problems: ['x'] } },
])('a run ends with $code when $when', ({ code, run }) => {
  expect(exitCode({ problems: [], interrupted: false, ...run })).toBe(code);
});
