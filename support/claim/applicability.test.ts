import { describe, expect, test } from 'vitest';
import { applicability, testability } from './applicability.ts';

describe('a claim speaks of a broker', () => {
  test.for([
    { range: '<4.3', version: '4.2.0', speaks: true },
    { range: '<4.3', version: '4.3.0', speaks: false },
    { range: '>=3.10 <4', version: '3.10.8', speaks: true },
    { range: '>=3.10 <4', version: '3.9.29', speaks: false },
    { range: '*', version: '4.0.5', speaks: true },
    // As packages and previews write themselves
    { range: '>=3.10', version: '3.10.8-1+deb12u1', speaks: true },
    { range: '>=4.3', version: '4.3.0-rc.1', speaks: true },
    { range: '>=4', version: '4.0', speaks: true },
    { range: '>=1', version: 'unknown', speaks: false },
  ])('of $range when it is $version: $speaks', ({ range, version, speaks }) => {
    const unfit = applicability({ appliesTo: { rabbitmq: range } }, { product: 'rabbitmq', version });
    expect(unfit).toEqual(
      speaks
        ? undefined
        : { verdict: 'not applicable', reason: `It speaks of rabbitmq ${range}; this is ${version}.` },
    );
  });

  test('of any, where it names none', () => {
    expect(applicability({}, { product: 'lavinmq', version: '2.4.1' })).toBeUndefined();
  });

  test('of those products alone that it names', () => {
    const appliesTo = { rabbitmq: '*', lavinmq: '>=2' };
    expect(applicability({ appliesTo }, { product: 'garagemq', version: '0.1.0' })).toEqual({
      verdict: 'not applicable',
      reason: 'It speaks of rabbitmq, lavinmq, not of garagemq.',
    });
    expect(applicability({ appliesTo }, { product: 'lavinmq', version: '2.4.1' })).toBeUndefined();
  });
});

describe('a claim is testable', () => {
  const broker = {
    capabilities: ['management' as const, 'log' as const],
    missing: { restart: 'no RESTART_COMMAND was given' },
  };

  test('where the broker has all that it needs', () => {
    expect(testability({ needs: [] }, broker)).toBeUndefined();
    expect(testability({ needs: ['log', 'management'] }, broker)).toBeUndefined();
  });

  test('else what is missing is named, and why as far as it is known', () => {
    expect(testability({ needs: ['management', 'restart', 'tls'] }, broker)).toEqual({
      verdict: 'not testable',
      reason:
        'Missing: restart (a graceful restart of the broker: no RESTART_COMMAND was given); ' +
        'tls (a TLS listener with a known certificate authority)',
    });
  });
});
