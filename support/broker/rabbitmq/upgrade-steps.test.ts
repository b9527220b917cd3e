import { expect, test } from 'vitest';
import { UsageError } from '../../errors.ts';
import { checkStep, upgradePath } from './upgrade-steps.ts';

test.each([
  ['3.9.1', '3.10.8', ['3.9', '3.10']],
  ['4.0.5', '4.2.1', ['4.0', '4.2']],
  ['4.3.5', '4.3.6', ['4.3']],
  ['3.8.9', '3.10.8', ['3.8', '3.9', '3.10']],
  ['4.0.5', '4.3.6', ['4.0', '4.2', '4.3']],
  ['3.12.0', '4.3.0', ['3.12', '3.13', '4.2', '4.3']],
])('from %s to %s', (from, to, way) => {
  expect(upgradePath(from, to)).toEqual(way);
});

test('there is no way back, and none from or to what is not known', () => {
  expect(upgradePath('4.3.6', '4.0.5')).toBeUndefined();
  expect(upgradePath('3.6.0', '3.9.0')).toBeUndefined();
  expect(upgradePath('4.3.6', '5.0.0')).toBeUndefined();
});

test('a step that is not documented is refused, with the steps that are', () => {
  expect(() => checkStep('3.8.9', '3.10.8')).toThrow(UsageError);
  expect(() => checkStep('3.8.9', '3.10.8')).toThrow('Go step by step, 3.8 → 3.9 → 3.10');
  expect(() => checkStep('4.3.6', '4.0.5')).toThrow('Name a release to which there is a documented step');
});

test('a documented step is let pass, and one of which the images do not tell', () => {
  expect(() => checkStep('4.2.0', '4.3.6')).not.toThrow();
  expect(() => checkStep('4.3.5', '4.3.6')).not.toThrow();
  expect(() => checkStep(undefined, '4.3.6')).not.toThrow();
});
