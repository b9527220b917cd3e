import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import type { BrokerDescription } from '../broker/broker.ts';

import { factsOf, resultOf } from './fabricated-results.test-support.ts';
import { summaryText } from './summary.ts';

const plain = picocolors.createColors(false);

test('of a broker that no profile describes, the summary tells how to get one', () => {
  const broker = { title: 'garagemq 0.1' } as BrokerDescription;
  expect(summaryText(factsOf({ broker }), [], plain)).toBe(
    `0 claims in 3.0 s: garagemq 0.1
No profile describes it: nothing is expected of it but what is documented. pnpm profile drafts one.
`,
  );
});

test('the summary has verdicts by area, the slowest, reasons, and how to run the bad ones again', () => {
  const skipped = { verdict: 'not testable', reason: 'restart: no command was given', duration: 0 } as const;
  const text = summaryText(
    factsOf({ notRun: 37, interrupted: true, problems: ['specs/x.spec.ts: no such file'] }),
    [
      resultOf('consuming/a', { duration: 1_500 }),
      resultOf('consuming/b', {
        verdict: 'violated',
        reason: 'expected 1 seen 2',
        errors: [
          {
            name: 'AssertionError',
            message: 'expected 1\nseen 2',
          },
          { name: 'AssertionError', message: 'and the other' },
        ],
      }),
      resultOf('queues/a', skipped),
      resultOf('queues/b', skipped),
      resultOf('queues/c', {
        verdict: 'could not run',
        reason: 'The broker died.',
        errors: [{ name: 'Error', message: 'ECONNRESET' }],
      }),
    ],
    plain,
  );
  expect(text).toBe(`           proven  violated  not testable  could not run
consuming       1         1             ·              ·
queues          ·         ·             2              1
all             1         1             2              1

Slowest:
  1.50 s  consuming/a  specs/consuming/a.spec.ts
  0.01 s  consuming/b  specs/consuming/b.spec.ts
  0.01 s  queues/c     specs/queues/c.spec.ts

Not testable:
  2 claims: restart: no command was given
    queues/a, queues/b

! queues/c could not run
  The broker does queues/c.
    The broker died.
    ECONNRESET
  Again: pnpm test queues/c

✗ consuming/b violated
  The broker does consuming/b.
    expected 1
    seen 2
    and the other
  Again: pnpm test consuming/b

Broken set-up: specs/x.spec.ts: no such file

37 not run: interrupted

5 claims in 3.0 s: no broker
`);
});

test('what holds is explained, and of many claims with one reason some are named', () => {
  const ids = Array.from({ length: 9 }, (_value, index) => `queues/${index}`);
  const text = summaryText(
    factsOf(),
    [
      resultOf('consuming/a', { verdict: 'holds', duration: 0 }),
      resultOf('consuming/b', {
        verdict: 'deviates',
        reason: 'It is known.',
        queueType: 'classic',
        duration: 0,
      }),
      resultOf('consuming/b', {
        verdict: 'deviates',
        reason: 'It is known.',
        queueType: 'quorum',
        duration: 0,
      }),
      ...ids.map((id) => resultOf(id, { verdict: 'not applicable', reason: 'It is not.', duration: 0 })),
    ],
    plain,
  );
  expect(text).toContain(`
holds: passed, and nobody has shown yet that the spec can fail; pnpm prove shows it

Not applicable:
  9 claims: It is not.
    queues/0, queues/1, queues/2, queues/3, queues/4, queues/5 and 3 more

Deviates:
  1 claim: It is known.
    consuming/b (classic), consuming/b (quorum)
`);
});
