import { expect, test } from 'vitest';

import { UsageError } from '../errors.ts';
import { sourcesOf } from './source.ts';

const names = { 'rabbitmq-4.0': 'brokerproof/rabbitmq:4.0.5', 'rabbitmq-4.3': 'brokerproof/rabbitmq:4.3.6' };

test.each([
  ['rabbitmq-4.1', 'rabbitmq-4.0'],
  ['rabitmq-4.3', 'rabbitmq-4.3'],
  ['embeded', 'embedded'],
])('%s is told to be a mistyped %s', (asked, meant) => {
  expect(() => sourcesOf([asked], names)).toThrow(UsageError);
  expect(() => sourcesOf([asked], names)).toThrow(
    `There is no broker ${asked} in fixtures/brokers.json. Did you mean ${meant}?`,
  );
});

test.each(['rabbitmq', 'rabbitmq-4.1:latest', 'registry/rabbitmq-4.1'])('%s is an image', (asked) => {
  expect(sourcesOf([asked], names).map(({ from }) => from)).toEqual([
    { environment: { BROKER: 'container', BROKER_IMAGE: asked } },
  ]);
});
