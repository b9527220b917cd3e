import { setTimeout as pause } from 'node:timers/promises';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import { type Bench, consume, demonstration } from './demonstration.test-support.ts';

/** Whether a queue is there, asked without using it. */
async function isThere({ listed, management, virtualHost }: Bench, queue: string): Promise<boolean> {
  return (await listed(management.in(virtualHost).queues.names)).includes(queue);
}

const uses = [
  { use: 'declaration', how: 'declared again' },
  { use: 'passive declaration', how: 'asked for' },
  { use: 'basic.get', how: 'asked for a message' },
] as const;

export const lifetimes = [
  ...uses.map(({ use, how }) =>
    demonstration(
      `a queue that is to expire, and is ${how} in time`,
      async (bench) => {
        const one = await bench.channel();
        const queue = bench.name();
        const declare = async () => await one.assertQueue(queue, { expires: 2_400 });
        await declare();
        await pause(1_200);
        const usedAt = performance.now();
        if (use === 'declaration') await declare();
        else if (use === 'basic.get') await one.get(queue);
        else await one.checkQueue(queue);
        await askUntil(
          async () => await isThere(bench, queue),
          (there) => !there,
        );
        return performance.now() - usedAt >= 2_400;
      },
      true,
      [library.queueUseUnnoticed(use), false],
    ),
  ),
  demonstration(
    'a queue that expires, and one that does not',
    async (bench) => {
      const one = await bench.channel();
      const [brief, lasting] = [bench.name('brief'), bench.name('lasting')];
      await one.assertQueue(brief, { expires: 1_000 });
      await one.assertQueue(lasting);
      const left = async () => [await isThere(bench, brief), await isThere(bench, lasting)];
      return await askUntil(left, ([there]) => there === false, { within: 3_000 });
    },
    [false, true],
    [library.queueArgumentLost('x-expires'), [true, true]],
    [library.queueArgumentAssumed('x-expires', 1), [false, false]],
    [library.queuesNeverExpire, [true, true]],
  ),
  demonstration(
    'a queue that is to expire, when its consumer has left that was there for longer',
    async (bench) => {
      const one = await bench.channel();
      const queue = bench.name();
      await one.assertQueue(queue, { expires: 600 });
      const { tag } = await consume(one, queue);
      await pause(700);
      const leftAt = performance.now();
      await one.cancel(tag);
      await askUntil(
        async () => await isThere(bench, queue),
        (there) => !there,
      );
      return performance.now() - leftAt >= 600;
    },
    true,
    [library.expiringQueuesGoWithTheirConsumers, false],
  ),
  demonstration(
    'an auto-delete queue that one of its two consumers leaves',
    async (bench) => {
      const [leaver, owner] = [await bench.client(), await bench.channel()];
      const queue = bench.name();
      await owner.assertQueue(queue, { autoDelete: true });
      await consume(await leaver.createChannel(), queue);
      await consume(owner, queue);
      await leaver.close();
      return await isThere(bench, queue);
    },
    true,
    [library.autoDeletedWithFirstConsumer, false],
  ),
];
