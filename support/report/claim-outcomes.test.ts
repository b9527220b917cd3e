import { expect, test } from 'vitest';
import { byClaim } from './claim-outcomes.ts';
import { resultOf } from './fabricated-results.test-support.ts';
import { resultsOf } from './results.ts';

test('a claim has an outcome for each queue type, in their order, and the worst of their verdicts', () => {
  const [fifo, other] = byClaim([
    resultOf('queues/fifo', { queueType: 'quorum', verdict: 'violated', reason: 'Last in, first out.' }),
    resultOf('queues/other', { verdict: 'holds' }),
    resultOf('queues/fifo', { queueType: 'classic', verdict: 'holds' }),
  ]);
  expect(fifo).toMatchObject({
    verdict: 'violated',
    reason: 'With quorum queues: Last in, first out.',
    outcomes: [
      { queueType: 'classic', verdict: 'holds' },
      { queueType: 'quorum', verdict: 'violated' },
    ],
  });
  expect(other).toMatchObject({ claim: { id: 'queues/other' }, verdict: 'holds', outcomes: [{}] });
});

test('a reason that all types share is told once', () => {
  const gone = { verdict: 'could not run', reason: 'The broker died.' } as const;
  const [fifo] = byClaim([
    resultOf('queues/fifo', { queueType: 'classic', ...gone }),
    resultOf('queues/fifo', { queueType: 'quorum', ...gone }),
  ]);
  expect(fifo?.reason).toBe('The broker died.');
});

test('results for programs count claims, and tell the types apart', () => {
  const facts = {
    broker: undefined,
    startedAt: new Date(),
    endedAt: new Date(),
    interrupted: false,
    notRun: 0,
    problems: [],
    exitCode: 0,
    excluded: [],
  };
  const { counts, claims } = resultsOf(facts, [
    resultOf('queues/fifo', { queueType: 'classic', verdict: 'proven', duration: 10 }),
    resultOf('queues/fifo', { queueType: 'quorum', verdict: 'holds', duration: 20.04 }),
    resultOf('queues/other', { verdict: 'holds', duration: 5 }),
  ]);
  expect(counts).toMatchObject({ proven: 0, holds: 2 });
  expect(claims).toMatchObject([
    {
      id: 'queues/fifo',
      duration: 30,
      outcomes: [
        { queueType: 'classic', verdict: 'proven', duration: 10 },
        { queueType: 'quorum', verdict: 'holds', duration: 20 },
      ],
    },
    { id: 'queues/other', duration: 5, outcomes: [] },
  ]);
});
