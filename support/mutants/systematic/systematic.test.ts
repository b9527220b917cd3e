import { expect, test } from 'vitest';
import { basicProperties } from '../../wire/content-header.ts';
import { Command, type FieldTable, type MethodName } from '../../wire/index.ts';
import { methods } from '../../wire/methods.ts';
import type { Fields } from '../../wire/domains.ts';
import { made } from '../edit.ts';
import { type AmqpRule, held, type Moment } from '../rule.ts';
import { type SystematicMutant, systematicMutants } from './index.ts';
import { saidMethods } from './said-by.ts';

const byName = new Map(systematicMutants.map((mutant) => [mutant.name, mutant]));

/** What a mutant makes of a method, and what it does beside that. */
function done(mutant: SystematicMutant, command: Command, following: readonly Command[] = []) {
  const beside: string[] = [];
  const channel = {};
  const [rule] = mutant.begin() as AmqpRule[];
  const act = rule?.begin();
  const outcomes = [command, ...following].map((each) =>
    act?.({
      command: each,
      channel,
      frameMax: 0,
      answer: () => beside.push('answers'),
      ask: (question: Command) => beside.push(`asks ${question.name}`),
      toClient: (name: MethodName, values: { deliveryTag?: bigint }) =>
        beside.push(`says ${name} ${values.deliveryTag}`),
      later: (late: Command) => beside.push(`says ${late.name} later`),
    } as unknown as Moment),
  );
  return { outcomes, beside };
}

function doneBy(name: string, command: Command, following: readonly Command[] = []) {
  const mutant = byName.get(name);
  if (mutant === undefined) throw new TypeError(`There is no mutant ${name}.`);
  return done(mutant, command, following);
}

function onlyOutcome(name: string, command: Command): Command | undefined {
  const [outcome] = doneBy(name, command).outcomes;
  return outcome?.[0];
}

test('each has a name of its own, and says what it does', () => {
  expect(byName.size).toBe(systematicMutants.length);
  expect(systematicMutants.map(({ says }) => says)).toEqual(
    systematicMutants.map(({ name, method }) => {
      const { says = '' } = byName.get(name) ?? {};
      return says.includes(method) ? says : 'a sentence about its method';
    }),
  );
});

test('each method is said by those who can say it, and an answer by who was asked', () => {
  const sides = (wanted: MethodName) =>
    saidMethods.filter(({ name }) => name === wanted).map(({ from }) => from);
  expect(sides('basic.publish')).toEqual(['client']);
  expect(sides('basic.deliver')).toEqual(['broker']);
  expect(sides('basic.ack')).toEqual(['client', 'broker']);
  expect(sides('queue.declare-ok')).toEqual(['broker']);
  expect(sides('connection.start-ok')).toEqual(['client']);
  expect(new Set(sides('channel.close-ok'))).toEqual(new Set(['client', 'broker']));
});

test('each field of each method that is said can be another', () => {
  const missing = saidMethods.flatMap(({ from, name }) =>
    Object.entries(methods[name].fields as Fields)
      .filter(([, domain]) => domain !== 'table')
      .map(([field]) => `${from === 'client' ? 'hears' : 'says'}/${name}/${field}/`)
      .filter((start) => !systematicMutants.some((mutant) => mutant.name.startsWith(start))),
  );
  expect(missing).toEqual([]);
});

test('each property of a message can be dropped, added and another', () => {
  for (const start of [
    'hears/basic.publish',
    'says/basic.deliver',
    'says/basic.get-ok',
    'says/basic.return',
  ]) {
    for (const property of Object.keys(basicProperties)) {
      const own = systematicMutants.filter(({ name }) => name.startsWith(`${start}/${property}/`));
      expect(own.length, `${start}/${property}`).toBeGreaterThanOrEqual(3);
    }
  }
});

test('a bit is flipped, a number becomes another, and a text too', () => {
  const consume = made(1, 'basic.consume', { queue: 'tasks', noAck: true });
  expect(onlyOutcome('hears/basic.consume/noAck/flipped', consume)?.arguments).toMatchObject({
    queue: 'tasks',
    noAck: false,
  });
  expect(onlyOutcome('hears/basic.consume/queue/other', consume)?.arguments).toMatchObject({
    queue: 'tasks-other',
  });
  expect(onlyOutcome('hears/basic.consume/queue/empty', consume)?.arguments).toMatchObject({ queue: '' });
  const qos = made(1, 'basic.qos', { prefetchCount: 0xff_ff });
  expect(onlyOutcome('hears/basic.qos/prefetchCount/one-more', qos)).toBeUndefined();
  expect(onlyOutcome('hears/basic.qos/prefetchCount/zero', qos)?.arguments).toMatchObject({
    prefetchCount: 0,
  });
});

test('an argument is dropped, raised, lowered or added, and what it does not concern is left alone', () => {
  const declared = (table: FieldTable) => made(1, 'queue.declare', { arguments: table });
  const limited = declared([
    ['other', { tag: 'b', value: 1 }],
    ['x-max-length', { tag: 'I', value: 7 }],
  ]);
  const argumentsOf = (name: string, command: Command) =>
    (onlyOutcome(`hears/queue.declare/${name}`, command) as Command<'queue.declare'> | undefined)?.arguments
      .arguments;
  expect(argumentsOf('x-max-length/dropped', limited)).toEqual([['other', { tag: 'b', value: 1 }]]);
  expect(argumentsOf('x-max-length/lowered', limited)).toContainEqual([
    'x-max-length',
    { tag: 'I', value: 3 },
  ]);
  expect(argumentsOf('x-max-length/raised', limited)).toContainEqual([
    'x-max-length',
    { tag: 'I', value: 701 },
  ]);
  expect(argumentsOf('x-max-length/added', limited)).toBeUndefined();
  expect(argumentsOf('x-max-length/added', declared([]))).toEqual([['x-max-length', { tag: 'I', value: 1 }]]);
  expect(argumentsOf('x-max-length/dropped', declared([]))).toBeUndefined();
  expect(
    argumentsOf('x-queue-type/other', declared([['x-queue-type', { tag: 'S', value: 'classic' }]])),
  ).toEqual([['x-queue-type', { tag: 'S', value: 'quorum' }]]);
});

test('a property is dropped and added, and the body stays', () => {
  const content = { properties: { priority: 1 }, body: Buffer.from('task') };
  const publish = made(1, 'basic.publish', { routingKey: 'tasks' }, content);
  const without = onlyOutcome('hears/basic.publish/priority/dropped', publish);
  expect(without?.properties).toEqual({});
  expect(without?.body.toString()).toBe('task');
  expect(onlyOutcome('hears/basic.publish/messageId/added', publish)?.properties).toEqual({
    priority: 1,
    messageId: 'other',
  });
  expect(onlyOutcome('hears/basic.publish/headers/other-value', publish)).toBeUndefined();
});

test('a method is swallowed, said twice, or put behind the next one of its channel', () => {
  const bind = made(1, 'queue.bind', { queue: 'tasks' });
  expect(doneBy('hears/queue.bind/swallowed', bind)).toEqual({ outcomes: [[]], beside: ['answers'] });
  expect(doneBy('hears/queue.bind/twice', bind)).toEqual({ outcomes: [[bind]], beside: ['asks queue.bind'] });
  const [ack, publish] = [made(1, 'basic.ack', { deliveryTag: 1n }), made(1, 'basic.publish')];
  expect(doneBy('hears/basic.ack/swallowed', ack)).toEqual({ outcomes: [[]], beside: [] });
  expect(doneBy('hears/basic.ack/twice', ack).outcomes[0]).toHaveLength(2);
  expect(doneBy('hears/basic.ack/behind', ack, [publish, publish]).outcomes).toEqual([
    held,
    [publish, ack],
    undefined,
  ]);
});

test('a delivery has the tag that it was given', () => {
  const deliver = made(1, 'basic.deliver', { deliveryTag: 3n });
  expect(doneBy('says/basic.deliver/deliveryTag/one-more', deliver)).toEqual({
    outcomes: [[]],
    beside: ['says basic.deliver 4'],
  });
});
