import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtImage } from '../../fixtures/images/built.test-support.ts';
import type { Broker } from '../broker/broker.ts';
import { findEngine } from '../broker/container/find-engine.ts';
import { containerProvider } from '../broker/container/provider.ts';
import { type Extension, extensions } from '../broker/extensions.ts';
import { ClientConnection } from './client-connection.ts';
import { inquire } from './inquire.ts';
import { Questioner } from './questioner.ts';

const engine = await findEngine(process.env);
const never = new AbortController().signal;

/** What nobody finds out by talking. */
const notAsked: readonly Extension[] = ['authentication_failure_close', 'connection.blocked'];

describe.skipIf(!engine.works).each([
  { name: 'rabbitmq', release: 'bookworm', version: '3.10.8', profile: 'rabbitmq-3.9-to-3.13.json' },
  { name: 'rabbitmq', release: 'forky', version: '4.3.6', profile: 'rabbitmq-4.3.json' },
])(`$name $version${engine.works ? '' : ` (${engine.why})`}`, ({ name, release, version, profile }) => {
  let broker: Broker;

  beforeAll(async () => {
    const image = await builtImage(name, release);
    broker = await containerProvider({ ...process.env, BROKER_IMAGE: image }).start(never);
  }, 600_000);
  afterAll(async () => {
    await broker?.stop();
  });

  test('is seen to have what its profile declares', { timeout: 120_000 }, async () => {
    expect(broker.description.version).toBe(version);
    const { capabilities } = JSON.parse(readFileSync(`fixtures/profiles/${profile}`, 'utf8')) as {
      capabilities: Record<string, boolean>;
    };
    const left: string[] = [];
    const seen: Record<string, boolean | undefined> = {};
    for (const extension of extensions) {
      const options = { signal: never, left: (names: readonly string[]) => left.push(...names) };
      seen[extension] = (await inquire(extension, broker.description, options)).has;
    }
    const expected = extensions.map((each) => [
      each,
      notAsked.includes(each) ? undefined : capabilities[each],
    ]);
    expect(seen).toEqual(Object.fromEntries(expected));
    expect(left.join()).toBe('');
  });

  test('takes away a queue that is locked for a while yet', async () => {
    const questioner = await Questioner.connect(broker.description, never);
    const other = await ClientConnection.open(broker.description, never);
    const queue = (await questioner.queue()).replace(/\d+$/u, '2');
    await other.call('queue.declare', { queue, exclusive: true });
    await expect(questioner.queue()).rejects.toThrow(/405/u);
    const left = questioner.end();
    await delay(1_500);
    await other.close();
    expect((await left).join()).toBe('');
  });
});
