import { expect, test } from 'vitest';

import { countersText } from './counters.ts';
import type { Evidence, EvidenceEvent } from './evidence.ts';
import { timelineText } from './timeline-text.ts';

const evidence: Evidence = {
  startedAt: 0,
  events: [
    {
      at: 0.25,
      actor: 'producer',
      kind: 'producer',
      direction: 'out',
      what: 'basic.publish',
      label: 'a\nb',
      via: { kind: 'exchange', name: '' },
      connection: 1,
      channel: 2,
      fields: { routingKey: 'tasks', mandatory: true },
    },
    { at: 1_012.5, actor: 'odd', kind: 'consumer', direction: 'in', what: 'basic.cancel', connection: 2 },
    { at: 1_013, actor: 'broker', kind: 'broker', direction: 'note', what: 'kill' },
  ],
  counters: [
    { at: 1, queue: 'tasks', ready: 2, unacknowledged: 0, consumers: 1, witness: 'management' },
    { at: 2, queue: 'tasks', ready: 2, unacknowledged: 0, consumers: 1, witness: 'management' },
    { at: 3, queue: 'tasks', ready: 2, consumers: 1, witness: 'amqp' },
    {
      at: 30.04,
      queue: 'tasks',
      ready: 0,
      unacknowledged: 10,
      consumers: 1,
      state: 'running',
      witness: 'management',
    },
  ],
  omitted: 3,
};

test('a line for each event, in columns', () => {
  expect(timelineText(evidence)).toBe(
    [
      '    ms  actor     on      what           exchange or queue   label  fields',
      '   0.3  producer  1/2  →  basic.publish  exchange (default)  a␊b    routingKey=tasks mandatory=true',
      '1012.5  odd       2    ←  basic.cancel',
      '1013.0  broker         ·  kill',
      '3 more events were not recorded.',
      '',
    ].join('\n'),
  );
});

test('what was asked again and again is one line, and flags stand with what they are of', () => {
  const [first] = evidence.events;
  const ack = { ...first, what: 'basic.ack', label: '3', fields: { multiple: true } } as EvidenceEvent;
  const asked = [1, 2, 3, 4].map((at): EvidenceEvent => ({
    at,
    actor: 'arrangement',
    kind: 'client',
    direction: 'out',
    what: 'queue.declare',
    connection: 1,
    channel: at,
  }));
  expect(timelineText({ ...evidence, events: [ack, ...asked], omitted: 0 })).toBe(
    [
      ' ms  actor        on      what           exchange or queue   label             fields',
      '0.3  producer     1/2  →  basic.ack      exchange (default)  3, multiple       multiple=true',
      '1.0  arrangement  1/1  →  queue.declare                      ×4, until 4.0 ms',
      '',
    ].join('\n'),
  );
});

test('a line for each change of the counters, in columns', () => {
  expect(countersText(evidence)).toBe(
    [
      '  ms  queue  ready  unacknowledged  consumers  state    witness',
      ' 1.0  tasks      2               0          1  –        management API',
      ' 3.0  tasks      2               –          1  –        AMQP',
      '30.0  tasks      0              10          1  running  management API',
      '',
    ].join('\n'),
  );
});

test('no table where no counters were asked for', () => {
  expect(countersText({ ...evidence, counters: [] })).toBe('');
});
