import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimsIn } from '../claim/places.ts';
import {
  contradictions,
  deviationFor,
  deviationsOf,
  knownExtensions,
  profileOf,
  readProfiles,
} from './profile.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'brokerproof-profiles-'));
  mkdirSync(join(root, 'fixtures/profiles'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(root, 'fixtures/profiles', name), text);
}

const claims = new Set(['queues/fifo']);
const deviation = { because: 'Last in, first out.', link: 'https://example.org/lifo' };

test('the profiles of the project speak of claims that there are, one of each version of RabbitMQ', () => {
  const profiles = readProfiles(new Set(claimsIn(process.cwd()).map(({ id }) => id)));
  for (const version of ['3.8.9', '3.10.8', '4.0.5', '4.2.0', '4.3.0', '4.3.6', '5.0.0'])
    expect(profileOf({ product: 'rabbitmq', version }, profiles)?.product).toBe('rabbitmq');
});

test('a profile speaks of a product and a range of its versions', () => {
  write('a-1.json', { product: 'a', versions: '<2', deviations: { 'queues/fifo': deviation } });
  write('a-2.json', { product: 'a', versions: '>=2' });
  const profiles = readProfiles(claims, root);
  expect(profileOf({ product: 'a', version: '1.9.1+debian' }, profiles)).toMatchObject({
    file: 'fixtures/profiles/a-1.json',
    deviations: { 'queues/fifo': [deviation] },
  });
  expect(profileOf({ product: 'a', version: '2' }, profiles)?.file).toBe('fixtures/profiles/a-2.json');
  expect(profileOf({ product: 'b', version: '2' }, profiles)).toBeUndefined();
});

test('two profiles of the same version are an error that names them', () => {
  write('one.json', { product: 'a', versions: '<=2' });
  write('two.json', { product: 'a', versions: '>=2' });
  expect(() => profileOf({ product: 'a', version: '2.0.0' }, readProfiles(claims, root))).toThrow(
    'Several profiles apply to a 2.0.0: fixtures/profiles/one.json, fixtures/profiles/two.json.',
  );
});

test.for([
  { wrong: 'no JSON', content: '{', told: 'JSON' },
  { wrong: 'an unknown key', content: { product: 'a', versions: '*', deviatons: {} }, told: '"deviatons"' },
  { wrong: 'no product', content: { versions: '*' }, told: 'product' },
  { wrong: 'a range that is none', content: { product: 'a', versions: 'new' }, told: 'a semver range' },
  {
    wrong: 'an unknown capability',
    content: { product: 'a', versions: '*', capabilities: { publisher_conforms: true } },
    told: 'publisher_conforms',
  },
  {
    wrong: 'an unknown setting',
    content: { product: 'a', versions: '*', configuration: { hartbeat: 60 } },
    told: 'hartbeat',
  },
  {
    wrong: 'a deviation without a link',
    content: { product: 'a', versions: '*', deviations: { 'queues/fifo': { because: 'so' } } },
    told: 'link',
  },
  {
    wrong: 'a claim that does not exist',
    content: { product: 'a', versions: '*', deviations: { 'queues/lifo': deviation } },
    told: 'the claim queues/lifo, which does not exist',
  },
])('$wrong is an error that names the file', ({ content, told }) => {
  write('broken.json', content);
  expect(() => readProfiles(claims, root)).toThrow('fixtures/profiles/broken.json');
  expect(() => readProfiles(claims, root)).toThrow(told);
});

const configuration = { channel_max: 2047, frame_max: 131_072, heartbeat: 60 };

test('what the broker says otherwise than its profile is a finding', () => {
  write('a.json', {
    product: 'a',
    versions: '*',
    capabilities: {
      publisher_confirms: true,
      'basic.nack': false,
      per_consumer_qos: true,
      message_ttl: true,
    },
    configuration: { heartbeat: 60, frame_max: 131_072 },
  });
  const profile = profileOf({ product: 'a', version: '1' }, readProfiles(claims, root));
  const announced = { 'basic.nack': true, per_consumer_qos: true, direct_reply_to: true };
  expect(contradictions(profile, { announced, configuration: { ...configuration, heartbeat: 120 } })).toEqual(
    [
      {
        about: 'capabilities',
        says: 'The broker announces basic.nack, and fixtures/profiles/a.json declares that it does not have it.',
      },
      {
        about: 'capabilities',
        says: 'fixtures/profiles/a.json declares that the broker has publisher_confirms, and the broker does not announce it.',
      },
      {
        about: 'configuration',
        says: 'The broker proposes heartbeat 120, where fixtures/profiles/a.json expects 60.',
      },
    ],
  );
  expect(knownExtensions(profile, { announced })).toEqual({
    offers: ['direct_reply_to', 'per_consumer_qos', 'publisher_confirms', 'message_ttl'],
    lacks: {
      authentication_failure_close: 'its own announcement',
      'basic.nack': 'fixtures/profiles/a.json',
      'connection.blocked': 'its own announcement',
      consumer_cancel_notify: 'its own announcement',
      consumer_priorities: 'its own announcement',
      exchange_exchange_bindings: 'its own announcement',
    },
  });
});

test('a broker that announces nothing at all says nothing otherwise than its profile', () => {
  const capabilities = { publisher_confirms: true, 'basic.nack': false };
  write('a.json', { product: 'a', versions: '*', capabilities });
  const profile = profileOf({ product: 'a', version: '1' }, readProfiles(claims, root));
  expect(contradictions(profile, { announced: {}, configuration })).toEqual([]);
  expect(knownExtensions(profile, { announced: {} })).toEqual({
    offers: ['publisher_confirms'],
    lacks: { 'basic.nack': 'fixtures/profiles/a.json' },
  });
});

test('an unknown product has the extensions that it announces', () => {
  const announced = { 'basic.nack': true, per_consumer_qos: false, something_new: true };
  expect(contradictions(undefined, { announced, configuration })).toEqual([]);
  expect(knownExtensions(undefined, { announced }).offers).toEqual(['basic.nack']);
  expect(knownExtensions(undefined, { announced: {} })).toEqual({ offers: [], lacks: {} });
});

test('a deviation may be of some versions, of one metadata store, and of some queue types', () => {
  write('a.json', {
    product: 'a',
    versions: '*',
    deviations: {
      'queues/fifo': [
        { ...deviation, queueTypes: ['quorum'], versions: '>=2' },
        { ...deviation, because: 'Another one.', metadataStore: 'khepri' },
      ],
    },
  });
  const [profile] = readProfiles(claims, root);
  const known = (version: string, metadataStore?: 'mnesia' | 'khepri') =>
    deviationsOf(profile, { version, ...(metadataStore === undefined ? {} : { metadataStore }) });

  expect(known('1.0.0')).toEqual({});
  expect(known('1.0.0', 'mnesia')).toEqual({});
  expect(known('1.0.0', 'khepri')['queues/fifo']).toMatchObject([{ because: 'Another one.' }]);
  const [ofQuorum] = known('2.0.0')['queues/fifo'] ?? [];
  expect(deviationFor(known('2.0.0')['queues/fifo'] ?? [], 'quorum')).toBe(ofQuorum);
  expect(deviationFor(known('2.0.0')['queues/fifo'] ?? [], 'classic')).toBeUndefined();
  expect(deviationFor(known('2.0.0')['queues/fifo'] ?? [], undefined)).toBeUndefined();
});
