import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { ManagementClient } from '../management/client.ts';
import { identity } from './library/controls.ts';
import * as library from './library/index.ts';
import type { Mutant } from './mutant.ts';
import { startMutantProxy } from './proxy.ts';
import { Bench } from './trials/trial.ts';
import { watching } from './watching.ts';

const virtualHost = `watching-${randomUUID()}`;
let broker: Broker;
let management: ManagementClient;

beforeAll(async () => {
  broker = await chooseBroker({
    environment: process.env,
    signal: new AbortController().signal,
    say: () => {},
  });
  const { managementUrl: url = '', username, password } = broker.description;
  management = new ManagementClient({ url, username, password });
  await management.virtualHosts.put(virtualHost);
});

afterAll(async () => {
  await management.virtualHosts.delete(virtualHost);
  await management.close();
  await broker.stop();
});

/** What a story shows, and which mutants would have changed something in it. */
async function watched(
  mutants: readonly Mutant[],
  story: (bench: Bench) => Promise<unknown>,
): Promise<{ shown: unknown; stirred: string[]; still: number; fired: number }> {
  const { amqp, managementUrl = '', username, password } = broker.description;
  const watch = watching(identity, mutants);
  const administrator = { username, password, virtualHost };
  const proxy = await startMutantProxy({ mutant: watch.mutant, amqp, managementUrl, administrator });
  const bench = new Bench(proxy, broker.description, virtualHost);
  try {
    const shown = await story(bench);
    return { shown, fired: proxy.fired, ...watch.seen() };
  } finally {
    await bench.close();
    await proxy.close();
  }
}

const { acksIgnored, bodiesCorrupted, deliveriesSwapped, errorsSwallowed, prefetchIgnored } = library;

/** Publishes so many messages, takes them by a consumer, and acknowledges them. */
const delivered =
  (...bodies: string[]) =>
  async (bench: Bench): Promise<string[]> => {
    const channel = await bench.channel();
    const { queue } = await channel.assertQueue(bench.name(), { exclusive: true });
    for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body));
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      void channel.consume(queue, (message) => {
        if (message === null) return;
        seen.push(message.content.toString());
        channel.ack(message);
        if (seen.length === bodies.length) resolve();
      });
    });
    const { messageCount } = await channel.checkQueue(queue);
    return [...seen, `${messageCount} left`];
  };

test('mutants that look on change nothing, and those that would have are named', async () => {
  const mutants = [acksIgnored, bodiesCorrupted, errorsSwallowed, prefetchIgnored];
  expect(await watched(mutants, delivered('one', 'two'))).toEqual({
    shown: ['one', 'two', '0 left'],
    stirred: expect.toSatisfy((names: string[]) => names.sort().join() === 'acks-ignored,bodies-corrupted'),
    still: 2,
    fired: 0,
  });
});

test('what would only be kept back for a while is not changed', async () => {
  expect((await watched([deliveriesSwapped], delivered('one'))).stirred).toEqual([]);
  expect((await watched([deliveriesSwapped], delivered('one', 'two'))).stirred).toEqual([
    'deliveries-swapped',
  ]);
});

test('mutants of the management API look on as well', async () => {
  const { queueCounterStuck, queueCounterWrong, managementDeletionsIgnored, policiesIgnored } = library;
  const mutants = [
    queueCounterWrong('messages'),
    queueCounterStuck('messages'),
    managementDeletionsIgnored,
    policiesIgnored,
  ];
  const { shown, stirred } = await watched(mutants, async (bench) => {
    const channel = await bench.channel();
    const { queue } = await channel.assertQueue(bench.name());
    await bench.management.in(bench.virtualHost).queues.delete(queue);
    return (await bench.management.in(bench.virtualHost).queues.list()).map(({ name }) => name);
  });
  expect(shown).toEqual([]);
  expect(stirred).toEqual(['management-deletions-ignored']);
});
