import { describe, expect, test } from 'vitest';
import type { QueueType } from '../broker/queue-type.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { type Changes, changesSince, countsOfChanges, groupsOf, type ToldClaim } from './changes.ts';

const baseline = { title: 'RabbitMQ 3.10.8', endedAt: '2026-11-20T10:00:00.000Z' };

function claim(id: string, verdict: Verdict, more: Partial<ToldClaim> = {}): ToldClaim {
  return { id, verdict, outcomes: [], ...more };
}

function typed(id: string, verdict: Verdict, outcomes: Partial<Record<QueueType, Verdict>>): ToldClaim {
  return {
    ...claim(id, verdict),
    outcomes: Object.entries(outcomes).map(([type, own]) => ({
      queueType: type as QueueType,
      verdict: own,
      reason: `It is so with ${type}.`,
    })),
  };
}

function since(before: ToldClaim[], now: ToldClaim[], existing?: string[]): Changes {
  const ids = new Set(existing ?? now.map(({ id }) => id));
  return changesSince({ broker: baseline, endedAt: baseline.endedAt, claims: before }, now, (id) =>
    ids.has(id),
  );
}

describe('a claim', () => {
  test.for<[string, ToldClaim, ToldClaim, object[]]>([
    ['that is the same', claim('a/a', 'holds'), claim('a/a', 'holds', { reason: 'other' }), []],
    [
      'that is violated now',
      claim('a/a', 'proven'),
      claim('a/a', 'violated', { reason: 'It saw 2.' }),
      [{ id: 'a/a', from: 'proven', to: 'violated', reason: 'It saw 2.' }],
    ],
    [
      'that is proven now',
      claim('a/a', 'holds'),
      claim('a/a', 'proven'),
      [{ id: 'a/a', from: 'holds', to: 'proven' }],
    ],
    [
      'whose proof is outdated',
      claim('a/a', 'proven'),
      claim('a/a', 'holds', { outdated: 'The spec has changed.' }),
      [{ id: 'a/a', from: 'proven', to: 'holds', reason: 'The spec has changed.' }],
    ],
    [
      'that has changed with one type',
      typed('a/a', 'proven', { classic: 'proven', quorum: 'proven' }),
      typed('a/a', 'violated', { classic: 'proven', quorum: 'violated' }),
      [{ id: 'a/a', queueType: 'quorum', from: 'proven', to: 'violated', reason: 'It is so with quorum.' }],
    ],
    [
      'that has changed with one type, which is not the worst',
      typed('a/a', 'violated', { classic: 'proven', quorum: 'violated' }),
      typed('a/a', 'violated', { classic: 'holds', quorum: 'violated' }),
      [{ id: 'a/a', queueType: 'classic', from: 'proven', to: 'holds', reason: 'It is so with classic.' }],
    ],
    [
      'that has changed with all types in the same way',
      typed('a/a', 'holds', { classic: 'holds', quorum: 'holds' }),
      typed('a/a', 'proven', { classic: 'proven', quorum: 'proven' }),
      [{ id: 'a/a', from: 'holds', to: 'proven' }],
    ],
    [
      'that knows types only now',
      claim('a/a', 'holds'),
      typed('a/a', 'violated', { classic: 'holds', quorum: 'violated' }),
      [{ id: 'a/a', queueType: 'quorum', from: 'holds', to: 'violated', reason: 'It is so with quorum.' }],
    ],
    [
      'that ran with one of its types only now',
      typed('a/a', 'holds', { classic: 'holds', quorum: 'proven' }),
      typed('a/a', 'proven', { quorum: 'proven' }),
      [],
    ],
  ])('%s', ([, before, now, changes]) => {
    expect(since([before], [now])).toEqual({ baseline, claims: changes, added: 0, gone: 0 });
  });
});

test('those that were proven and are not any more come first, and each by badness', () => {
  const changed: [string, Verdict, Verdict][] = [
    ['a/1', 'holds', 'violated'],
    ['a/2', 'violated', 'holds'],
    ['a/3', 'proven', 'holds'],
    ['a/4', 'proven', 'could not run'],
    ['a/5', 'holds', 'proven'],
    ['a/6', 'holds', 'could not run'],
    ['a/7', 'proven', 'violated'],
    ['a/8', 'proven', 'violated'],
  ];
  const before = changed.map(([id, from]) => claim(id, from));
  const now = changed.map(([id, , to]) => claim(id, to));
  for (const order of [now, now.toReversed()]) {
    expect(
      since(before, order)
        .claims.map(({ id }) => id.slice(2))
        .join(' '),
    ).toBe('7 8 4 3 1 6 2 5');
  }
});

test('new ones and those that are gone are counted; one that was not chosen is neither', () => {
  const before = ['a/a', 'a/gone', 'a/not-chosen'].map((id) => claim(id, 'holds'));
  const now = ['a/a', 'a/new', 'a/newer'].map((id) => claim(id, 'holds'));
  const changes = since(before, now, ['a/a', 'a/new', 'a/newer', 'a/not-chosen']);
  expect(changes).toEqual({ baseline, claims: [], added: 2, gone: 1 });
  expect(countsOfChanges(changes)).toBe('2 claims are new, 1 claim is gone.');
  expect(countsOfChanges(since(before, before))).toBe('Nothing has changed.');
});

test('changes that are told alike stand together', () => {
  const ids = ['a/1', 'a/2', 'a/3'];
  const outdated = 'The spec has changed.';
  const changes = since(
    ids.map((id) => claim(id, 'proven')),
    [claim('a/1', 'holds', { outdated }), claim('a/2', 'violated'), claim('a/3', 'holds', { outdated })],
  );
  expect(groupsOf(changes)).toEqual([
    { from: 'proven', to: 'violated', names: ['a/2'] },
    { from: 'proven', to: 'holds', reason: outdated, names: ['a/1', 'a/3'] },
  ]);
});
