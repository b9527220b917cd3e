import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileOf, readProfiles } from '../broker/profile.ts';
import { draftName, draftOf } from './draft.ts';

const broker = { product: 'hare & tortoise', version: '1.2-beta' };
const configuration = { channel_max: 0, frame_max: 4096, heartbeat: 10 };
const inquiries = [
  { extension: 'message_ttl', asks: 'It is asked.', has: true, seen: 'it went' },
  { extension: 'queue_ttl', asks: 'It is asked.', has: false, seen: 'it stayed' },
  { extension: 'priority_queues', asks: 'It is asked.', seen: 'the connection was lost' },
] as const;

test('a draft holds what is announced and what was seen, and leaves out what is not known', () => {
  const announced = { 'basic.nack': true, 'connection.blocked': false };
  expect(draftOf(broker, { announced, configuration }, inquiries)).toEqual({
    product: 'hare & tortoise',
    versions: '1.2.0',
    capabilities: {
      authentication_failure_close: false,
      'basic.nack': true,
      'connection.blocked': false,
      consumer_cancel_notify: false,
      consumer_priorities: false,
      direct_reply_to: false,
      exchange_exchange_bindings: false,
      per_consumer_qos: false,
      publisher_confirms: false,
      message_ttl: true,
      queue_ttl: false,
    },
    configuration,
  });
});

test('of a broker that announces nothing at all, a draft holds what was seen alone', () => {
  const { capabilities } = draftOf(broker, { announced: {}, configuration }, inquiries);
  expect(capabilities).toEqual({ message_ttl: true, queue_ttl: false });
});

test.for(['1.2-beta', 'unknown'])('a draft is a profile of its broker, version %s', (version) => {
  const root = mkdtempSync(join(tmpdir(), 'brokerproof-drafts-'));
  mkdirSync(join(root, 'fixtures/profiles'), { recursive: true });
  const draft = draftOf({ ...broker, version }, { announced: {}, configuration }, inquiries);
  const name = draftName({ ...broker, version });
  writeFileSync(join(root, 'fixtures/profiles', name), JSON.stringify(draft));
  const profile = profileOf({ ...broker, version }, readProfiles(new Set(), root));
  rmSync(root, { recursive: true });
  expect(profile).toMatchObject({ file: `fixtures/profiles/hare-tortoise-${version}.json`, ...draft });
});

test('the name of its file is one, whatever the broker calls itself', () => {
  expect(draftName({ product: '../../etc/passwd', version: 'a b' })).toBe('-..-etc-passwd-a-b.json');
});
