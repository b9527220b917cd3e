import { describe, expect, test } from 'vitest';
import { type Address, addressOf, fragmentOf } from './address.ts';

describe('the address of what the page shows', () => {
  test.each<[string, Address]>([
    ['#', { view: { at: 'table' } }],
    ['#claim/consuming/round-robin', { view: { at: 'table', claim: 'consuming/round-robin' } }],
    [
      '#cell/lavinmq-2.4/queues/a%25b%3F',
      { view: { at: 'cell', column: 'lavinmq-2.4', claim: 'queues/a%b?' } },
    ],
    ['#compare/a/b', { view: { at: 'comparison', columns: ['a', 'b'] } }],
    [
      '#compare/a/b?search=x+%26+y%3F&kind=not+testable&brokers=a+b',
      {
        view: { at: 'comparison', columns: ['a', 'b'] },
        filter: { search: 'x & y?', kind: 'not testable', brokers: ['a', 'b'] },
      },
    ],
  ])('%s is written and read', (fragment, address) => {
    expect(fragmentOf(address)).toBe(fragment);
    expect(addressOf(fragment)).toEqual(address);
  });

  test.each(['', '#nothing/known', '#cell/alone', '#compare/alone'])('%j leads to the table', (fragment) => {
    expect(addressOf(fragment)).toEqual({ view: { at: 'table' } });
  });

  test('what no browser would write is read as it stands', () => {
    expect(addressOf('#claim/queues/100%?kind=unheard')).toEqual({
      view: { at: 'table', claim: 'queues/100%' },
      filter: { search: '', kind: 'all', brokers: undefined },
    });
  });
});
