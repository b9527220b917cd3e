import { expect, test } from 'vitest';
import { checkSuccession } from './succession.ts';

const file = 'specs/queues/deprecated.spec.ts';
const old = { id: 'queues/old', file, appliesTo: { rabbitmq: '<4.3', '*': '*' } };
const successor = { id: 'queues/new', file, appliesTo: { rabbitmq: '>=4.3' }, succeeds: 'queues/old' };

test('a claim takes the place of one that applied before', () => {
  expect(() => checkSuccession([successor, old])).not.toThrow();
});

test.for([
  { wrong: 'a predecessor that is none', claims: [successor], told: 'which is no claim' },
  {
    wrong: 'two successors',
    claims: [old, successor, { ...successor, id: 'queues/newer' }],
    told: 'the claim queues/newer succeeds queues/old, which queues/new succeeds too',
  },
  { wrong: 'itself', claims: [{ ...successor, succeeds: 'queues/new' }], told: 'some version of rabbitmq' },
  {
    wrong: 'versions of both',
    claims: [old, { ...successor, appliesTo: { rabbitmq: '>=4.2' } }],
    told: 'both apply to some version of rabbitmq',
  },
  {
    wrong: 'a product that one names and the other means',
    claims: [old, { ...successor, appliesTo: { lavinmq: '*' } }],
    told: 'both apply to some version of lavinmq',
  },
  {
    wrong: 'all other products',
    claims: [old, { ...successor, appliesTo: { rabbitmq: '>=4.3', '*': '*' } }],
    told: 'both apply to other products',
  },
])('$wrong is an error that names the claim', ({ claims, told }) => {
  expect(() => checkSuccession(claims)).toThrow(told);
  expect(() => checkSuccession(claims)).toThrow(`${file}: the claim queues/new`);
});
