import { describe, expect, test } from 'vitest';
import { Recorder } from './recorder.ts';

const publish = { direction: 'out', what: 'basic.publish' } as const;

/** It comes at once. */
function notLost(): undefined {}

describe('names', () => {
  test('those who are not named are numbered by their kind', () => {
    const recorder = new Recorder();
    const names = [recorder.actor('producer'), recorder.actor('consumer'), recorder.actor('producer')];
    expect(names.map(({ name }) => name)).toEqual(['producer 1', 'consumer 1', 'producer 2']);
  });

  test('a name that is taken gets a number', () => {
    const recorder = new Recorder();
    const names = [recorder.actor('consumer', 'odd'), recorder.actor('consumer', 'odd')];
    expect(names.map(({ name }) => name)).toEqual(['odd', 'odd 2']);
  });

  test('are unique, whatever names are chosen', () => {
    const recorder = new Recorder();
    const wanted = ['odd 2', 'odd', 'odd', undefined, 'consumer 1', 'consumer', undefined];
    const names = wanted.map((name) => recorder.actor('consumer', name).name);
    expect(new Set(names).size).toBe(wanted.length);
  });
});

describe('evidence', () => {
  test('holds what was seen in order, with times and who saw it', () => {
    const recorder = new Recorder();
    const before = Date.now();
    recorder.actor('producer').saw({ ...publish, label: 'one', via: { kind: 'queue', name: 'tasks' } });
    recorder.actor('consumer', 'odd').saw({ direction: 'in', what: 'basic.deliver', label: 'one' });
    recorder.addCounters({ queue: 'tasks', ready: 0, witness: 'amqp' });

    const { startedAt, events, counters, omitted } = recorder.evidence();
    expect(events).toMatchObject([
      { actor: 'producer 1', kind: 'producer', what: 'basic.publish', label: 'one' },
      { actor: 'odd', kind: 'consumer', what: 'basic.deliver', label: 'one' },
    ]);
    expect(counters).toMatchObject([{ queue: 'tasks', ready: 0, witness: 'amqp' }]);
    const times = [...events, ...counters].map(({ at }) => at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(Math.abs(startedAt - before)).toBeLessThan(1_000);
    expect(omitted).toBe(0);
  });

  test('counts the events that are more than anybody could look at, and keeps the first', () => {
    const recorder = new Recorder();
    const producer = recorder.actor('producer');
    for (let number = 1; number <= 2_003; number += 1) producer.saw({ ...publish, label: String(number) });

    const { events, omitted } = recorder.evidence();
    expect(events).toHaveLength(2_000);
    expect(events.at(-1)?.label).toBe('2000');
    expect(omitted).toBe(3);
  });
});

test('tells who has lost a connection, as long as the spec has not disturbed the broker', () => {
  const recorder = new Recorder();
  let why: string | undefined;
  recorder.connected('alice', { lost: () => why, questions: [] });
  recorder.connected('bob', { lost: notLost, questions: [] });
  expect(recorder.lost).toEqual([]);

  why = 'the socket ended';
  expect(recorder.lost).toEqual([{ actor: 'alice', why: 'the socket ended' }]);

  recorder.disturbed();
  expect(recorder.lost).toEqual([]);
  recorder.connected('carol', { lost: () => why, questions: [] });
  expect(recorder.lost).toEqual([{ actor: 'carol', why: 'the socket ended' }]);
});

test('the last events are lines of text', () => {
  const recorder = new Recorder();
  recorder.actor('client').saw({ direction: 'out', what: 'connection.open' });
  recorder.actor('producer').saw({ ...publish, label: 'one', via: { kind: 'exchange', name: '' } });
  recorder.actor('consumer', 'odd').saw({ direction: 'in', what: 'basic.deliver', label: 'one' });
  recorder.actor('program', 'LAZY').saw({ direction: 'note', what: 'process ended', label: 'SIGKILL' });

  const lines = recorder.lastEvents(3).map((line) => line.replace(/^ *\d+\.\d ms {2}/, ''));
  expect(lines).toEqual([
    "producer 1 → basic.publish one (exchange '')",
    'odd ← basic.deliver one',
    'LAZY · process ended SIGKILL',
  ]);
});

test('what was asked again and again is told once, and long names by their ends', () => {
  const recorder = new Recorder();
  const arrangement = recorder.actor('client', 'arrangement');
  const via = { kind: 'queue', name: `tasks-${'x'.repeat(200)}-1` } as const;
  recorder.actor('consumer', 'odd').saw({
    direction: 'out',
    what: 'basic.nack',
    label: '3',
    fields: { multiple: true, requeue: false },
  });
  for (let channel = 1; channel <= 40; channel += 1) {
    arrangement.saw({ direction: 'out', what: 'queue.declare', channel, via });
    if (channel > 20) arrangement.saw({ direction: 'in', what: 'channel.close', label: '404', channel });
  }

  const lines = recorder.lastEvents(25).map((line) => line.replaceAll(/ *\d+\.\d ms/g, ''));
  const queue = `queue tasks-${'x'.repeat(24)}…${'x'.repeat(27)}-1`;
  expect(lines).toEqual([
    '  odd → basic.nack 3, multiple, no requeue',
    `  arrangement → queue.declare (${queue}), ×21, until`,
    '  arrangement ← channel.close 404',
    `  arrangement → queue.declare (${queue}), these 2 ×19, until`,
    '  arrangement ← channel.close 404',
  ]);
});

test('a burst is told by its first and its last, and what is not of it beside it', () => {
  const recorder = new Recorder();
  const odd = recorder.actor('consumer', 'odd');
  const via = { kind: 'queue', name: 'tasks' } as const;
  for (let number = 1; number <= 40; number += 1) {
    const fields = { deliveryTag: number, redelivered: number === 40 };
    odd.saw({ direction: 'in', what: 'basic.deliver', label: String(number), via, fields });
  }
  const lines = recorder.lastEvents(25).map((line) => line.replaceAll(/ *\d+\.\d ms/g, ''));
  expect(lines).toEqual([
    '  odd ← basic.deliver ×39 ["1" to "39"] (queue tasks), until',
    '  odd ← basic.deliver 40, redelivered (queue tasks)',
  ]);
});
