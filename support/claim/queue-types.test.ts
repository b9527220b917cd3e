import { expect, test } from 'vitest';
import { queueTypeOn } from './applicability.ts';
import { docs } from './documentation.ts';
import { scopesOf, typesToRun } from './queue-types.ts';

const exception = { because: 'It is so.', documented: docs('quorum-queues#feature-matrix') };

test('a claim is about classic and quorum queues unless it says otherwise', () => {
  expect(scopesOf('queues/fifo')).toEqual([{ queueType: 'classic' }, { queueType: 'quorum' }]);
  expect(typesToRun(scopesOf('queues/fifo', { stream: true }))).toEqual(['classic', 'quorum', 'stream']);
  expect(scopesOf('queues/fifo', 'unvaried')).toEqual([]);
});

test('a type that is left out has its reason, and its spec does not run with it', () => {
  const scopes = scopesOf('queues/fifo', { quorum: exception });
  expect(scopes).toEqual([{ queueType: 'classic' }, { queueType: 'quorum', appliesTo: {}, ...exception }]);
  expect(typesToRun(scopes)).toEqual(['classic']);
});

test('one that some versions have is run, and judged there', () => {
  const scopes = scopesOf('queues/fifo', { quorum: { ...exception, appliesTo: { rabbitmq: '>=3.10' } } });
  expect(typesToRun(scopes)).toEqual(['classic', 'quorum']);
});

test('a claim is about one type at least', () => {
  expect(() => scopesOf('queues/fifo', { classic: exception, quorum: exception })).toThrow(
    'The claim queues/fifo is about no queue type.',
  );
});

const both = { queueTypes: scopesOf('queues/fifo') };
const typed = { extensions: { offers: ['queue_types' as const], lacks: {} } };
const untyped = { extensions: { offers: [], lacks: {} } };

test('a broker without queue types runs the spec once, and says of no type that it was it', () => {
  expect(queueTypeOn('classic', both, typed)).toBe('classic');
  expect(queueTypeOn('quorum', both, typed)).toBe('quorum');
  expect(queueTypeOn('classic', both, untyped)).toBeUndefined();
  expect(queueTypeOn('quorum', both, untyped)).toBe('superfluous');
  const quorumAlone = { queueTypes: scopesOf('queues/fifo', { classic: exception }) };
  expect(queueTypeOn('quorum', quorumAlone, untyped)).toBe('quorum');
  expect(queueTypeOn(undefined, { queueTypes: [] }, untyped)).toBeUndefined();
});
