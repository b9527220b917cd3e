import { describe, expect, test } from 'vitest';
import { applicability, testability } from './applicability.ts';

const lavinmq = { product: 'lavinmq', version: '2.4.1' };
const garagemq = { product: 'garagemq', version: '0.1.0' };
const nothing = { extensions: { offers: [], lacks: {} } };

describe('a claim applies to a broker', () => {
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
      { product: 'rabbitmq', version },
      nothing,
    );
    expect(unfit).toEqual(
      speaks
        ? undefined
        : { verdict: 'not applicable', reason: `It applies to rabbitmq ${range}; this is ${version}.` },
    );
  });

  test('of any, where it names none', () => {
    expect(applicability({ extensions: [] }, lavinmq, nothing)).toBeUndefined();
  });

  test('of those products alone that it names', () => {
    const appliesTo = { rabbitmq: '*', lavinmq: '>=2' };
    expect(applicability({ appliesTo, extensions: [] }, garagemq, nothing)).toEqual({
      verdict: 'not applicable',
      reason: 'It applies to rabbitmq, lavinmq, not to garagemq.',
    });
    expect(applicability({ appliesTo, extensions: [] }, lavinmq, nothing)).toBeUndefined();
  });

  test('of all others too, where it says so', () => {
    const appliesTo = { rabbitmq: '<4.3', '*': '*' };
    expect(applicability({ appliesTo, extensions: [] }, garagemq, nothing)).toBeUndefined();
    expect(
      applicability({ appliesTo, extensions: [] }, { product: 'rabbitmq', version: '4.3.6' }, nothing),
    ).toMatchObject({ reason: 'It applies to rabbitmq <4.3; this is 4.3.6.' });
  });

  test('of an extension only where the broker has it', () => {
    const extensions = { offers: ['basic.nack', 'publisher_confirms'] as const, lacks: {} };
    expect(
      applicability({ extensions: ['publisher_confirms', 'basic.nack'] }, lavinmq, { extensions }),
    ).toBeUndefined();
    expect(
      applicability({ extensions: ['publisher_confirms', 'message_ttl'] }, lavinmq, { extensions }),
    ).toEqual({
      verdict: 'not applicable',
      reason:
        'It applies to brokers with message_ttl, beyond AMQP 0-9-1; whether lavinmq has it is not known: it does not announce it, and no profile says so. pnpm profile finds out.',
    });
  });

  test('of an extension: a profile that does not say is named', () => {
    const known = { profile: 'fixtures/profiles/lavinmq.json', extensions: { offers: [], lacks: {} } };
    expect(applicability({ extensions: ['message_ttl', 'queue_ttl'] }, lavinmq, known)).toMatchObject({
      reason:
        'It applies to brokers with message_ttl and queue_ttl, beyond AMQP 0-9-1; whether lavinmq has them is not known: it does not announce them, and fixtures/profiles/lavinmq.json does not say. pnpm profile finds out.',
    });
  });

  test('of an extension: who says that the broker lacks it is named, whatever else is not known', () => {
    const profile = 'fixtures/profiles/garagemq.json';
    const lacks = { message_ttl: profile, priority_queues: profile, direct_reply_to: 'its own announcement' };
    const known = { profile, extensions: { offers: [], lacks } };
    expect(applicability({ extensions: ['message_ttl', 'queue_ttl'] }, garagemq, known)).toMatchObject({
      reason: 'garagemq does not have message_ttl, says fixtures/profiles/garagemq.json.',
    });
    const three = ['message_ttl', 'direct_reply_to', 'priority_queues'] as const;
    expect(applicability({ extensions: [...three] }, garagemq, known)).toMatchObject({
      reason:
        'garagemq does not have message_ttl and priority_queues, says fixtures/profiles/garagemq.json. garagemq does not have direct_reply_to, says its own announcement.',
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
    expect(testability({ needs: ['policies'] }, { capabilities: [], missing: {} })?.reason).toBe(
      'Missing: policies (a user who may set policies; it needs the tag policymaker)',
    );
  });
});
