import type { RawConnection } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import {
  type Bench,
  demonstration,
  type Demonstration,
  ifItComes,
  send,
} from './demonstration.test-support.ts';

/** A transactional channel, and a queue that has this. */
async function transactional(bench: Bench, ...bodies: string[]) {
  const sender = await bench.channel();
  const { queue } = await sender.assertQueue(bench.name());
  await send(sender, queue, ...bodies);
  const raw = await bench.raw();
  await raw.send('tx.select');
  await raw.expect('tx.select-ok');
  return { raw, queue };
}

async function publish(raw: RawConnection, routingKey: string, body: string): Promise<void> {
  await raw.send('basic.publish', { routingKey }, { content: { body: Buffer.from(body) } });
}

async function end(raw: RawConnection, how: 'tx.commit' | 'tx.rollback'): Promise<void> {
  await raw.send(how);
  await raw.expect(how === 'tx.commit' ? 'tx.commit-ok' : 'tx.rollback-ok');
}

/** The next message of a queue; `undefined`: there is none. */
async function next(raw: RawConnection, queue: string): Promise<string | undefined> {
  await raw.send('basic.get', { queue, noAck: true });
  return (await ifItComes(raw.expect('basic.get-ok')))?.body.toString();
}

export const transactions: readonly Demonstration[] = [
  demonstration(
    'what is in a queue while transactions are rolled back, committed and left',
    async (bench) => {
      const { raw, queue } = await transactional(bench);
      const seen: (string | undefined)[] = [];
      await publish(raw, queue, '1');
      seen.push(await next(raw, queue));
      await end(raw, 'tx.rollback');
      await publish(raw, queue, '2');
      seen.push(await next(raw, queue));
      await end(raw, 'tx.commit');
      seen.push(await next(raw, queue));
      await publish(raw, queue, '3');
      seen.push(await next(raw, queue));
      await raw.send('channel.close', { replyCode: 200 });
      await raw.expect('channel.close-ok');
      await raw.send('channel.open');
      await raw.expect('channel.open-ok');
      return [...seen, await next(raw, queue)];
    },
    [undefined, undefined, '2', undefined, undefined],
    [library.transactionsIgnored, ['1', '2', undefined, '3', undefined]],
    [library.commitsTakenForRollbacks, [undefined, undefined, undefined, undefined, undefined]],
    [library.rollbacksTakenForCommits, [undefined, '1', '2', undefined, undefined]],
    [library.rollbacksIgnored, [undefined, undefined, '1', '2', undefined]],
    [library.closingCommits, [undefined, undefined, '2', undefined, '3']],
  ),
  demonstration(
    'whether a second transaction can be ended',
    async (bench) => {
      const { raw } = await transactional(bench);
      await end(raw, 'tx.commit');
      await raw.send('tx.rollback');
      return (await ifItComes(raw.expect('tx.rollback-ok'))) !== undefined;
    },
    true,
    [library.oneTransactionPerChannel, false],
  ),
  demonstration(
    'what is unacknowledged after a rollback',
    async (bench) => {
      const { raw, queue } = await transactional(bench, '1');
      await raw.send('basic.get', { queue });
      const { deliveryTag } = (await raw.expect('basic.get-ok')).arguments;
      await raw.send('basic.ack', { deliveryTag });
      await end(raw, 'tx.rollback');
      const requeued = await next(raw, queue);
      await raw.send('basic.ack', { deliveryTag });
      await raw.send('tx.commit');
      return [requeued, (await ifItComes(raw.expect('tx.commit-ok'))) !== undefined];
    },
    [undefined, true],
    [library.rollbacksRequeue, ['1', false]],
    [library.rollbacksForgetDeliveries, [undefined, false]],
  ),
  demonstration(
    'what a rejection in a transaction has requeued',
    async (bench) => {
      const { raw, queue } = await transactional(bench, '1');
      await raw.send('basic.get', { queue });
      const { deliveryTag } = (await raw.expect('basic.get-ok')).arguments;
      await raw.send('basic.reject', { deliveryTag, requeue: true });
      const before = await next(raw, queue);
      await end(raw, 'tx.commit');
      return [before, await next(raw, queue)];
    },
    [undefined, '1'],
    [library.rejectionsNotTransactional, ['1', undefined]],
  ),
  demonstration(
    'whether an error in a transaction is found at once',
    async (bench) => {
      const { raw } = await transactional(bench);
      await raw.send('basic.ack', { deliveryTag: 7n });
      await raw.send('basic.qos');
      return (await ifItComes(raw.expect('channel.close'))) !== undefined;
    },
    true,
    [library.checkedAtCommit, false],
  ),
  demonstration(
    'a queue that was declared in a transaction, after a rollback',
    async (bench) => {
      const { raw } = await transactional(bench);
      const queue = bench.name('declared');
      await raw.send('queue.declare', { queue, durable: true });
      await raw.expect('queue.declare-ok');
      await end(raw, 'tx.rollback');
      await raw.send('queue.declare', { queue, passive: true });
      return (await ifItComes(raw.expect('queue.declare-ok'))) !== undefined;
    },
    true,
    [library.rollbacksUndoDeclarations, false],
  ),
];
