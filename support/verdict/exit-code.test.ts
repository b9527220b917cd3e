import { expect, test } from 'vitest';

import { exitCode, type RunOutcome } from './exit-code.ts';

const expected = ['proven', 'holds', 'deviates', 'not applicable', 'not testable'] as const;

test.for<{ code: number; when: string; run: Partial<RunOutcome> & Pick<RunOutcome, 'verdicts'> }>([
  { code: 0, when: 'all is as expected', run: { verdicts: expected } },
  { code: 1, when: 'a claim was violated', run: { verdicts: [...expected, 'violated' as const] } },
  { code: 3, when: 'something could not run', run: { verdicts: [...expected, 'could not run' as const] } },
  {
    code: 3,
    when: 'something could not run, and a claim was violated',
    run: { verdicts: ['violated', 'could not run'] as const },
  },
  { code: 3, when: 'it was interrupted', run: { verdicts: expected, interrupted: true } },
  {
    code: 1,
    when: 'the broker lacks a capability that its profile declares',
    run: {
      verdicts: expected,
      findings: [{ about: 'capabilities', says: 'It does not announce basic.nack.' }],
    },
  },
  {
    code: 0,
    when: 'its owner has configured the broker otherwise',
    run: { verdicts: expected, findings: [{ about: 'configuration', says: 'It proposes heartbeat 120.' }] },
  },
  { code: 2, when: 'no claim ran', run: { verdicts: [] } },
  { code: 2, when: 'the set-up was broken', run: { verdicts: ['could not run'] as const, problems: ['x'] } },
])('a run ends with $code when $when', ({ code, run }) => {
  expect(exitCode({ problems: [], interrupted: false, findings: [], ...run })).toBe(code);
});
