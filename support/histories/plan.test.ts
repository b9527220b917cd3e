import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

test('the same seed gives the same plan, and another one another', () => {
  const faults = ['reset', 'stall', 'reset'] as const;

  expect(planOf(7, faults)).toEqual(planOf(7, faults));
  expect(planOf(8, faults)).not.toEqual(planOf(7, faults));
});

test('all faults that were asked for are in it, and a kill strikes all', () => {
  const plan = planOf(3, ['reset', 'kill', 'stall']);

  expect(plan.map(({ what }) => what).sort()).toEqual(['kill', 'reset', 'stall']);
  expect(plan.find(({ what }) => what === 'kill')?.side).toBe('all');
});

test('the first fault of a node is of b, and later ones are of b or c', () => {
  const kinds = ['reset', 'node kill', 'node pause', 'node cut off', 'node unheard'] as const;
  const plans = Array.from({ length: 30 }, (_, seed) => planOf(seed, kinds));

  const ofNodes = plans.map((plan) => plan.filter(({ what }) => what.startsWith('node ')));

  expect(new Set(ofNodes.map(([first]) => first?.node))).toEqual(new Set(['b']));
  expect(new Set(ofNodes.flatMap((plan) => plan.map(({ node }) => node)))).toEqual(new Set(['b', 'c']));
});
