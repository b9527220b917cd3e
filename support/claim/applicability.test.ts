import { describe, expect, test } from 'vitest';
import { applicability, testability } from './applicability.ts';

const lavinmq = {
  product: 'lavinmq',
  version: '2.4.1',
  offers: ['basic.nack', 'publisher_confirms'] as const,
};
const garagemq = { product: 'garagemq', version: '0.1.0', offers: [] };

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
    const unfit = applicability(
      { appliesTo: { rabbitmq: range }, extensions: [] },
      { product: 'rabbitmq', version, offers: [] },
    );
    expect(unfit).toEqual(
      speaks
        ? undefined
        : { verdict: 'not applicable', reason: `It speaks of rabbitmq ${range}; this is ${version}.` },
    );
  });

  test('of any, where it names none', () => {
    expect(applicability({ extensions: [] }, lavinmq)).toBeUndefined();
  });

  test('of those products alone that it names', () => {
    const appliesTo = { rabbitmq: '*', lavinmq: '>=2' };
    expect(applicability({ appliesTo, extensions: [] }, garagemq)).toEqual({
      verdict: 'not applicable',
      reason: 'It speaks of rabbitmq, lavinmq, not of garagemq.',
    });
    expect(applicability({ appliesTo, extensions: [] }, lavinmq)).toBeUndefined();
  });

  test('of all others too, where it says so', () => {
    const appliesTo = { rabbitmq: '<4.3', '*': '*' };
    expect(applicability({ appliesTo, extensions: [] }, garagemq)).toBeUndefined();
    expect(
      applicability({ appliesTo, extensions: [] }, { product: 'rabbitmq', version: '4.3.6', offers: [] }),
    ).toMatchObject({ reason: 'It speaks of rabbitmq <4.3; this is 4.3.6.' });
  });

  test('of an extension only where the broker has it', () => {
    expect(applicability({ extensions: ['publisher_confirms', 'basic.nack'] }, lavinmq)).toBeUndefined();
    expect(applicability({ extensions: ['publisher_confirms', 'message_ttl'] }, lavinmq)).toEqual({
      verdict: 'not applicable',
      reason:
        'It speaks of message_ttl, beyond AMQP 0-9-1, which lavinmq neither announces nor is declared to have.',
    });
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
