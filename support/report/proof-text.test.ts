import { expect, test } from 'vitest';
import type { ProfiledBroker } from '../broker/profile.ts';
import type { ClaimResult } from './claim-result.ts';
import { resultOf } from './fabricated-results.test-support.ts';
import { proofText } from './proof-text.ts';

const broker = {
  product: 'rabbitmq',
  version: '3.10.8',
  environment: { BROKER: 'embedded' },
} as unknown as ProfiledBroker;

function holding(count: number): ClaimResult[] {
  return Array.from({ length: count }, (_, number) => resultOf(`queues/${number}`, { verdict: 'holds' }));
}
const proven = [
  resultOf('consuming/a', { queueType: 'classic', provenAt: '2026-11-28T20:00:00.000Z' }),
  resultOf('consuming/a', { queueType: 'quorum', provenAt: '2026-11-20' }),
];

test.for<[string, ClaimResult[], string[]]>([
  ['nothing holds', [resultOf('queues/a', { verdict: 'violated' })], []],
  [
    'none is proven',
    holding(4),
    ['0 of 4 claims that hold are proven, with rabbitmq 3.10.8; the rest: BROKER=embedded pnpm prove'],
  ],
  [
    'some are',
    [...proven, ...holding(1)],
    [
      '1 of 2 claims that hold are proven, with rabbitmq 3.10.8 from 2026-11-20 to 2026-11-28; the rest: BROKER=embedded pnpm prove queues/0',
    ],
  ],
  ['all are', proven.slice(1), ['1 of 1 claims that hold are proven, with rabbitmq 3.10.8 on 2026-11-20.']],
])('%s', ([, results, lines]) => {
  expect(proofText(results, broker)).toEqual(lines);
});

test('what no mutant can refute is not counted as unproven', () => {
  const result = resultOf('queues/a', { verdict: 'holds' });
  const irrefutable = { ...result, claim: { ...result.claim, irrefutable: 'It is made up.' } };
  expect(proofText([...proven, irrefutable], broker)[0]).toMatch(/^1 of 1 /);
});
