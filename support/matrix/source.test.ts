import { expect, test } from 'vitest';
import { namedBrokers, sourcesOf } from './source.ts';

const names = { new: 'brokerproof/rabbitmq:4.3.6', far: 'amqp://user:secret@far:5673/prod,http://far:15672' };

test('a name is an image or an address', () => {
  expect(sourcesOf(['new', 'far'], names)).toEqual([
    {
      id: 'brokerproof-rabbitmq-4.3.6',
      text: 'brokerproof/rabbitmq:4.3.6',
      from: { environment: { BROKER: 'container', BROKER_IMAGE: 'brokerproof/rabbitmq:4.3.6' } },
    },
    {
      id: 'amqp-far-5673-prod-http-far-15672',
      text: 'amqp://far:5673/prod,http://far:15672',
      from: {
        environment: {
          BROKER: 'external',
          AMQP_URL: 'amqp://user:secret@far:5673/prod',
          MANAGEMENT_URL: 'http://far:15672',
        },
      },
    },
  ]);
});

test('what needs no image is a provider, and all else is an image', () => {
  expect(sourcesOf(['embedded', 'rabbitmq:4-management'], {}).map(({ from }) => from)).toEqual([
    { environment: { BROKER: 'embedded' } },
    { environment: { BROKER: 'container', BROKER_IMAGE: 'rabbitmq:4-management' } },
  ]);
});

test('the same twice has two ids', () => {
  expect(sourcesOf(['new', 'new'], names).map(({ id }) => id)).toEqual([
    'brokerproof-rabbitmq-4.3.6',
    'brokerproof-rabbitmq-4.3.6-2',
  ]);
});

test('a file that is not there, and an address that is none, are refused; passwords are not told', () => {
  expect(() => sourcesOf(['reports/none.json'], {})).toThrow('There is no file reports/none.json.');
  expect(() => sourcesOf(['amqp://user:secret@:x'], {})).toThrow(/^(?!.*secret)An address can't be read\./s);
});

test('the names of the project can be read', () => {
  expect(Object.keys(namedBrokers())).toContain('rabbitmq-4.3');
});
