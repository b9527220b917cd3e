import { expect, test } from 'vitest';

import type { EvidenceEvent } from '../evidence/evidence.ts';
import { resultOf } from './fabricated-results.test-support.ts';
import { undeclaredExtensions } from './undeclared-extensions.ts';

const sent = { at: 1, actor: 'client 1', kind: 'client', direction: 'out' } as const;
const limited: EvidenceEvent = {
  ...sent,
  what: 'queue.declare',
  fields: { 'x-max-length': 10, autoDelete: true },
};

function evidenceOf(...events: EvidenceEvent[]) {
  return { evidence: { startedAt: 0, events, counters: [], omitted: 0 } };
}

test('names the claim, what it uses and by what, once for all types of queues', () => {
  const bound: EvidenceEvent = { ...sent, what: 'exchange.bind' };
  const results = (['classic', 'quorum'] as const).map((queueType) =>
    resultOf('queues/one', { queueType, ...evidenceOf(limited, limited, bound) }),
  );

  expect(undeclaredExtensions(results)).toEqual([
    'specs/queues/one.spec.ts: queues/one uses queue_length_limit and exchange_exchange_bindings ' +
      '(queue.declare with x-max-length, exchange.bind), beyond AMQP 0-9-1, and its extensions do not say so: ' +
      'a broker without would be blamed.\nAdd it to its extensions, or do without.',
  ]);
});

test.each([
  { what: 'it says so', claim: { extensions: ['queue_length_limit' as const] }, events: [limited] },
  { what: 'it is about one product', claim: { appliesTo: { rabbitmq: '*' } }, events: [limited] },
  { what: 'a stream has such limits of its own', queueType: 'stream' as const, events: [limited] },
  {
    what: 'the broker began',
    events: [{ ...sent, direction: 'in', what: 'basic.cancel' } satisfies EvidenceEvent],
  },
  {
    what: 'a producer waits for confirms',
    events: [{ ...sent, kind: 'producer', what: 'confirm.select' } satisfies EvidenceEvent],
  },
  {
    what: 'the flag is not set',
    events: [{ ...sent, what: 'exchange.declare', fields: { internal: false } } satisfies EvidenceEvent],
  },
])('says nothing where $what', ({ claim = {}, queueType, events }) => {
  const result = resultOf('queues/one', evidenceOf(...events));
  const told = { ...result, claim: { ...result.claim, ...claim } };
  expect(undeclaredExtensions([queueType === undefined ? told : { ...told, queueType }])).toEqual([]);
});

test('knows the addresses of direct reply-to', () => {
  const consumed: EvidenceEvent = {
    ...sent,
    what: 'basic.consume',
    via: { kind: 'queue', name: 'amq.rabbitmq.reply-to' },
  };
  expect(undeclaredExtensions([resultOf('queues/one', evidenceOf(consumed))])).toEqual([
    expect.stringContaining('direct_reply_to'),
  ]);
});
