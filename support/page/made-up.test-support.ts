import { column, matrixOf } from './fabricated-matrix.test-support.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A text that would break out of a page which does not escape what it shows. */
export const hostile = '</script><img src="https://example.org/x" onerror="document.title=1"> & "said" <!--';

function typed(classic: Verdict, quorum: Verdict) {
  const outcome = (verdict: Verdict) => ({
    verdict,
    duration: 1,
    errors: [],
    ...(verdict === 'proven' ? { provenAt: '2026-11-20T10:00:00.000Z' } : {}),
  });
  return { classic: outcome(classic), quorum: outcome(quorum) };
}

const docs = 'https://www.rabbitmq.com/docs';
const queueTypes = [{ queueType: 'classic' as const }, { queueType: 'quorum' as const }];

export const rabbit = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');

/** One broker, with a claim for each verdict. */
export const one = matrixOf([rabbit], {
  'consuming/round-robin': {
    says: `Tasks go in turn ${hostile}.`,
    documented: [
      { title: 'RabbitMQ documentation: consumers, round robin', url: `${docs}/consumers#basics` },
    ],
    tags: ['tutorial two'],
    queueTypes,
    on: {
      [rabbit.id]: {
        verdict: 'violated',
        reason: 'With quorum queues: received 1',
        errors: [`odd was to receive 2 ${hostile}\n\nWhat happened:\n  1.0 ms  odd → basic.consume`],
        outcomes: {
          classic: typed('proven', 'violated').classic,
          quorum: {
            verdict: 'violated',
            duration: 1,
            reason: 'received 1',
            errors: [`odd was to receive 2 ${hostile}`],
          },
        },
      },
    },
  },
  'consuming/requeue': {
    topic: 'Requeueing',
    documented: [
      { title: 'RabbitMQ documentation: confirms, nack', url: `${docs}/confirms#consumer-nacks-requeue` },
    ],
    queueTypes: [
      ...queueTypes,
      {
        queueType: 'stream',
        appliesTo: {},
        because: 'Nothing is taken from a stream.',
        documented: { title: 'Streams', url: `${docs}/streams` },
      },
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10499',
        affected: { rabbitmq: '>=3.10.0 <4.0.0' },
        happened: 'what was requeued came last',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    on: {
      [rabbit.id]: { verdict: 'proven', outcomes: typed('proven', 'proven') },
    },
  },
  'queues/passive': {
    documented: [
      { title: 'AMQP 0-9-1 rule queue/declare/passive/equivalent', url: `${docs}/specification#rules` },
    ],
    needs: ['management'],
    on: { [rabbit.id]: 'holds' },
  },
  'queues/durable': {
    on: {
      [rabbit.id]: {
        verdict: 'holds',
        outdated: 'It was proven on 2026-11-19; changed since: its spec file.',
      },
    },
  },
  'queues/lazy': {
    on: { [rabbit.id]: { verdict: 'deviates', reason: `They are gone. (${docs}/lazy-queues)` } },
  },
  'queues/exclusive': {
    on: { [rabbit.id]: { verdict: 'not applicable', reason: 'It applies to rabbitmq <4.' } },
  },
  'queues/restart': {
    needs: ['restart'],
    on: { [rabbit.id]: { verdict: 'not testable', reason: 'restart: no command' } },
  },
  'queues/late': {
    on: {
      [rabbit.id]: {
        verdict: 'could not run',
        reason: 'premise: it was to be there',
        errors: ['premise: it was to be there'],
      },
    },
  },
});
