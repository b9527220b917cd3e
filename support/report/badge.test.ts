import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import type { ProfiledBroker } from '../broker/profile.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { badgeSvg } from './badge.ts';
import { factsOf, resultOf } from './fabricated-results.test-support.ts';
import { resultsOf, type RunFacts } from './results.ts';

const broker = {
  title: 'RabbitMQ 3.10.8, embedded',
  product: 'rabbitmq',
  version: '3.10.8',
  provider: 'embedded',
} as ProfiledBroker;
const [red, orange, yellow, green, brightgreen, grey] = [
  '#dd4343',
  '#ea7233',
  '#d8b800',
  '#67ac09',
  '#4b0',
  '#939393',
];

function badge(verdicts: readonly Verdict[], facts: Partial<RunFacts> = {}): string {
  const results = verdicts.map((verdict, number) => resultOf(`queues/${number}`, { verdict }));
  return badgeSvg(resultsOf(factsOf({ broker, ...facts }), results));
}

test.for<[Verdict[], string, string | undefined]>([
  [['proven', 'proven'], '2 proven', brightgreen],
  [['proven', 'holds', 'not applicable', 'not testable'], '1 proven, 1 hold', green],
  [['proven', 'deviates', 'proven'], '2 proven, 1 deviate', yellow],
  [['proven', 'could not run', 'deviates'], '1 could not run', orange],
  [['proven', 'could not run', 'violated'], '1 violated, 1 could not run', red],
  [['not applicable'], 'nothing tried', grey],
])('%j: %s', ([verdicts, message, color]) => {
  const svg = badge(verdicts);
  expect(svg).toContain(`aria-label="RabbitMQ 3.10.8: ${message}"`);
  expect(svg).toContain(`fill="${color}"`);
  expect(XMLValidator.validate(svg)).toBe(true);
});

test('a run that tells less than it should says so', () => {
  const finding = { about: 'capabilities', says: 'It has no basic.nack.' } as const;
  expect(badge(['proven'], { interrupted: true, notRun: 3 })).toContain('RabbitMQ 3.10.8: interrupted');
  expect(badge([], { broker: undefined, problems: ['None.'] })).toContain('no broker: broken set-up');
  expect(badge(['proven'], { broker: { ...broker, findings: [finding] } })).toContain(
    'not as its profile says',
  );
});

test('it asks for nothing from anywhere, and is well-formed whatever the broker is called', () => {
  const svg = badge(['proven'], { broker: { ...broker, title: '<a> & "b"\u0000, external' } });
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|@import|url\((?!#)/);
});
