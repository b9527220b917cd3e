import { describe, expect, test } from 'vitest';
import { addressOf, fragmentOf, type View } from './address.ts';
import { everything, type Filter } from './list/filter.ts';

describe('the address of what the page shows', () => {
  test.each<[string, View, Filter?]>([
    ['#', { at: 'overview' }],
    ['#consuming/round-robin', { at: 'claim', claim: 'consuming/round-robin' }],
    [
      '#queues/a%25b%3F?broker=lavinmq-2.4&queues=quorum',
      { at: 'claim', claim: 'queues/a%b?', broker: 'lavinmq-2.4', queues: 'quorum' },
    ],
    ['#compare/a/b', { at: 'comparison', brokers: ['a', 'b'] }],
    [
      '#compare/a/b/consuming/round-robin',
      { at: 'comparison', brokers: ['a', 'b'], claim: 'consuming/round-robin' },
    ],
    ['#rules', { at: 'list', order: 'rules' }, everything],
    [
      '#claims?search=x+%26+y%3F&verdict=not+testable&area=queues&queues=classic&proof=unproven&needs=restart&brokers=a+b',
      { at: 'list', order: 'claims' },
      {
        search: 'x & y?',
        verdict: 'not testable',
        area: 'queues',
        queues: 'classic',
        proof: 'unproven',
        needs: 'restart',
        brokers: ['a', 'b'],
      },
    ],
  ])('%s is written and read', (fragment, view, filter) => {
    expect(fragmentOf(view, filter)).toBe(fragment);
    expect(addressOf(fragment)).toEqual({ view, ...(filter === undefined ? {} : { filter }) });
  });

  test.each(['', '#nothing', '#compare', '#nothing?verdict=violated'])(
    '%j leads to the overview',
    (fragment) => {
      expect(addressOf(fragment)).toEqual({ view: { at: 'overview' } });
    },
  );

  test('what no browser would write is read as it stands', () => {
    expect(addressOf('#queues/100%')).toEqual({ view: { at: 'claim', claim: 'queues/100%' } });
    expect(addressOf('#claims?verdict=unheard&queues=lazy&proof=perhaps').filter).toEqual(everything);
  });
});
