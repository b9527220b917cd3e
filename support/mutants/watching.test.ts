import { expect, test } from 'vitest';
import { MutatedBrokerOfTests } from './mutated-broker-of-tests.test-support.ts';
import { identity } from './library/controls.ts';
import * as library from './library/index.ts';
import type { Mutant } from './mutant.ts';
import type { Bench } from './demonstrations/demonstration.test-support.ts';
import { watching } from './watching.ts';

const tested = new MutatedBrokerOfTests();

/** What a story shows, and which mutants would have changed something in it. */
async function watched(mutants: readonly Mutant[], story: (bench: Bench) => Promise<unknown>) {
  const watch = watching(identity, mutants);
  return { ...(await tested.shows(watch.mutant, story)), ...watch.seen() };
}

const { acksIgnored, bodiesCorrupted, deliveriesSwapped, errorsSwallowed, prefetchIgnored } = library;

/** Publishes so many messages, takes them by a consumer, and acknowledges them. */
function delivered(...bodies: string[]) {
  return async (bench: Bench): Promise<string[]> => {
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
}

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
