import { askUntil } from '../../waiting/until.ts';
import type { RawConnection } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import { demonstration } from './demonstration.test-support.ts';

async function publish(sender: RawConnection, times = 1): Promise<void> {
  for (let left = times; left > 0; left -= 1) await sender.send('basic.publish', {}, { content: {} });
}

async function confirmed(sender: RawConnection): Promise<number> {
  return Number((await sender.expect('basic.ack')).arguments.deliveryTag);
}

export const confirms = [
  demonstration(
    'the numbers of confirms, when confirm mode is asked for twice',
    async ({ raw }) => {
      const sender = await raw();
      const numbers: number[] = [];
      for (const _ of ['first', 'second']) {
        await sender.send('confirm.select');
        await sender.expect('confirm.select-ok');
        await publish(sender);
        numbers.push(await confirmed(sender));
      }
      return numbers;
    },
    [1, 2],
    [library.confirmsNumberedFromZero, [0, 1]],
    [library.confirmsRenumbered, [1, 1]],
  ),
  demonstration(
    'confirm mode that is asked for without an answer',
    async ({ raw }) => {
      const sender = await raw();
      await sender.send('confirm.select', { noWait: true });
      await publish(sender);
      return await confirmed(sender).catch(() => 'another answer');
    },
    1,
    [library.nowaitConfirmSelectAnswered, 'another answer'],
  ),
  demonstration(
    'the confirms of eleven messages',
    async ({ raw }) => {
      const sender = await raw();
      await sender.send('confirm.select');
      await sender.expect('confirm.select-ok');
      await publish(sender, 11);
      await sender.send('channel.close');
      const numbers = new Set<number>();
      for (;;) {
        const answer = await sender.expect('basic.ack').catch(() => undefined);
        if (answer === undefined) return [...numbers];
        const { deliveryTag, multiple } = answer.arguments;
        for (let each = multiple ? 1 : Number(deliveryTag); each <= deliveryTag; each += 1) numbers.add(each);
      }
    },
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    [library.confirmsBatchedUntold, [10]],
  ),
  demonstration(
    'the confirms of one message',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const { queue } = await sender.assertQueue(name());
      const told: string[] = [];
      sender.on('ack', () => told.push('ack'));
      sender.on('nack', () => told.push('nack'));
      sender.sendToQueue(queue, Buffer.from('1'));
      await sender.waitForConfirms();
      await sender.checkQueue(queue);
      return told;
    },
    ['ack'],
    [library.acksContradicted, ['ack', 'nack']],
  ),
  demonstration(
    'how many messages a queue has when one is confirmed, and then',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const { queue } = await sender.assertQueue(name());
      sender.sendToQueue(queue, Buffer.from('1'));
      await sender.waitForConfirms();
      const count = async () => (await sender.checkQueue(queue)).messageCount;
      const atOnce = await count();
      return [atOnce, await askUntil(count, (messages) => messages === 1)];
    },
    [1, 1],
    [library.confirmedAhead, [0, 1]],
  ),
];
