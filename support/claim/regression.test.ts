import { expect, test } from 'vitest';
import { publishedTwice } from '../mutants/library/index.ts';
import { regressionText, seenText } from '../verdict/regression-text.ts';
import { type KnownRegression, regressionsOf } from './regression.ts';

const known: KnownRegression = {
  report: 'https://example.org/issues/1',
  affected: { rabbitmq: '>=3.10.0 <3.10.20' },
  happened: 'every message came twice',
  seen: { on: 'rabbitmq 3.10.8' },
};

test('a regression is told in a sentence, and how it was seen', () => {
  const [onRelease, byMutant, unseen] = regressionsOf(
    'queues/fifo',
    [
      known,
      { ...known, affected: { lavinmq: '<2.1.0' }, seen: { by: publishedTwice } },
      { ...known, affected: { rabbitmq: '>=4.3.0' }, seen: { not: 'A proxy can not lose the disk.' } },
    ],
    [publishedTwice],
  );
  expect([onRelease, byMutant, unseen].map((each) => each && regressionText(each))).toEqual([
    'Broken in RabbitMQ 3.10.0 to before 3.10.20: every message came twice',
    'Broken in LavinMQ before 2.1.0: every message came twice',
    'Broken in RabbitMQ 4.3.0 and later: every message came twice',
  ]);
  expect([onRelease, byMutant, unseen].map((each) => each && seenText(each))).toEqual([
    'seen to fail on RabbitMQ 3.10.8',
    'seen to fail by the mutant published-twice',
    'not seen: A proxy can not lose the disk.',
  ]);
});

test.for<{ wrong: string; entry: Partial<KnownRegression>; told: string }>([
  { wrong: 'no address', entry: { report: 'issue 1' }, told: 'no address' },
  { wrong: 'no product', entry: { affected: {} }, told: 'nobody who had it' },
  { wrong: 'no range', entry: { affected: { rabbitmq: 'old' } }, told: 'no semver range' },
  { wrong: 'a whole sentence', entry: { happened: 'It came twice.' }, told: 'half a sentence' },
  { wrong: 'a mutant of others', entry: { seen: { by: publishedTwice } }, told: 'published-twice' },
])('$wrong is an error that names the claim and the report', ({ entry, told }) => {
  expect(() => regressionsOf('queues/fifo', [{ ...known, ...entry }])).toThrow('The claim queues/fifo');
  expect(() => regressionsOf('queues/fifo', [{ ...known, ...entry }])).toThrow(told);
});
