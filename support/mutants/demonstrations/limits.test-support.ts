import { setTimeout as pause } from 'node:timers/promises';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import {
  type Bench,
  confirmed,
  consume,
  delivered,
  demonstration,
  type Demonstration,
  refusal,
  takeAll,
} from './demonstration.test-support.ts';

/** How many messages are left of three, of which one has a hundred octets, in a queue with both limits. */
async function leftOfThree(bench: Bench, limits: Record<string, number>): Promise<number> {
  const one = await bench.confirmChannel();
  const { queue } = await one.assertQueue(bench.name('limited'), { arguments: limits });
  await confirmed(one, queue, 'x'.repeat(100), 'two', 'three');
  return (await takeAll(one, queue)).length;
}

export const limits: readonly Demonstration[] = [
  demonstration(
    'a queue with both limits, of which that of the length is reached first',
    async (bench) => await leftOfThree(bench, { 'x-max-length': 1, 'x-max-length-bytes': 1_000 }),
    1,
    [library.queueArgumentLostBeside('x-max-length', 'x-max-length-bytes'), 3],
  ),
  demonstration(
    'a queue with both limits, of which that of the octets is reached first',
    async (bench) => await leftOfThree(bench, { 'x-max-length': 3, 'x-max-length-bytes': 50 }),
    2,
    [library.queueArgumentLostBeside('x-max-length-bytes', 'x-max-length'), 3],
  ),
  demonstration(
    'a message that expires at once, behind one that never does',
    async (bench) => {
      const one = await bench.confirmChannel();
      const { queue } = await one.assertQueue(bench.name());
      await confirmed(one, queue, 'lasting');
      one.sendToQueue(queue, Buffer.from('brief'), { expiration: '0' });
      await one.waitForConfirms();
      return await takeAll(one, queue);
    },
    ['lasting'],
    [library.expirationsBehindIgnored, ['lasting', 'brief']],
  ),
  demonstration(
    'a consumer that is ready for a queue with a TTL of 0',
    async (bench) => {
      const [one, worker] = [await bench.confirmChannel(), await bench.channel()];
      const { queue } = await one.assertQueue(bench.name(), { arguments: { 'x-message-ttl': 0 } });
      const { bodies } = await consume(worker, queue, { noAck: true });
      await confirmed(one, queue, 'task');
      await delivered(worker, queue);
      return bodies();
    },
    ['task'],
    [library.zeroTtlNeverDelivered, []],
  ),
  demonstration(
    'a mandatory message for a queue with a TTL of 0, without a consumer',
    async ({ confirmChannel, name }) => {
      const one = await confirmChannel();
      let returned = 0;
      one.on('return', () => (returned += 1));
      const { queue } = await one.assertQueue(name(), { arguments: { 'x-message-ttl': 0 } });
      one.sendToQueue(queue, Buffer.from('task'), { mandatory: true });
      await one.waitForConfirms();
      return returned;
    },
    0,
    [library.zeroTtlReturned, 1],
  ),
  demonstration(
    'a queue with a consumer, when its time has passed',
    async (bench) => {
      const one = await bench.channel();
      const { queue } = await one.assertQueue(bench.name(), { expires: 500 });
      await consume(one, queue);
      await pause(800);
      return (await refusal((await bench.channel()).checkQueue(queue))) === 'not refused';
    },
    true,
    [library.expiringQueuesGoInUse, false],
  ),
  demonstration(
    'a message that was published in a transaction, before it is committed',
    async ({ raw, channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      const sender = await raw();
      await sender.send('tx.select');
      await sender.expect('tx.select-ok');
      await sender.send('basic.publish', { routingKey: queue }, { content: { body: Buffer.from('task') } });
      // Whatever is answered after it on the same channel
      await sender.send('queue.declare', { queue, passive: true, durable: true });
      await sender.expect('queue.declare-ok');
      const before = await takeAll(one, queue);
      await sender.send('tx.commit');
      await sender.expect('tx.commit-ok');
      const after = await takeAll(one, queue);
      return [before, after];
    },
    [[], ['task']],
    [library.publishedAheadOfTheCommit, [['task'], []]],
  ),
  demonstration(
    'a policy that is set when its queue is there, and changed',
    async ({ confirmChannel, management, virtualHost, name }) => {
      const { policies } = management.in(virtualHost);
      const one = await confirmChannel();
      const queue = name('limited');
      await one.assertQueue(queue);
      await confirmed(one, queue, '1', '2', '3');
      const left = async (length: number) => {
        const definition = { 'max-length': length };
        await policies.put(name('limit'), { pattern: `${queue}$`, definition, 'apply-to': 'queues' });
        return await askUntil(
          async () => (await one.checkQueue(queue)).messageCount,
          (count) => count === length,
          { within: 1_000 },
        );
      };
      return [await left(2), await left(1)];
    },
    [2, 1],
    [library.policiesForQueuesThatAreThereIgnored, [3, 3]],
    [library.policiesNeverChanged, [2, 2]],
  ),
];
