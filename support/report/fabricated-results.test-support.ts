import type { ClaimResult } from './claim-result.ts';
import type { RunFacts } from './results.ts';

/** A made-up result of the claim with this id. */
export function resultOf(id: string, more: Partial<ClaimResult> = {}): ClaimResult {
  return {
    claim: {
      id,
      area: id.slice(0, id.indexOf('/')),
      topic: 'Dispatch',
      file: `specs/${id}.spec.ts`,
      says: `The broker does ${id}.`,
      documented: [{ title: 'RabbitMQ: Consumers', url: 'https://www.rabbitmq.com/docs/consumers' }],
      tags: ['tutorial two'],
      needs: [],
      extensions: [],
      queueTypes: [],
      regressions: [],
      refutedBy: [],
    },
    verdict: 'proven',
    errors: [],
    trials: [],
    duration: 12.34,
    ...more,
  };
}

/** A made-up run that ended as expected, after three seconds. */
export function factsOf(more: Partial<RunFacts> = {}): RunFacts {
  return {
    broker: undefined,
    startedAt: new Date('2026-11-20T10:00:00.000Z'),
    endedAt: new Date('2026-11-20T10:00:03.000Z'),
    interrupted: false,
    notRun: 0,
    problems: [],
    exitCode: 0,
    excluded: [],
    ...more,
  };
}
