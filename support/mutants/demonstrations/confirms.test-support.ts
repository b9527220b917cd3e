import { askUntil } from '../../waiting/until.ts';
import type { RawConnection } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import { confirmed as confirmedTo, demonstration, takeAll } from './demonstration.test-support.ts';

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
    [library.tenthConfirmsLost, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]],
  ),
  demonstration(
    'what is left of eleven messages that are confirmed',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const { queue } = await sender.assertQueue(name());
      for (let number = 1; number <= 11; number += 1) sender.sendToQueue(queue, Buffer.from(String(number)));
      await sender.waitForConfirms();
      return await takeAll(sender, queue);
    },
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'],
    [library.tenthsConfirmedAndLost, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '11']],
  ),
  demonstration(
    'what is said of a message to a full queue, when another one follows at once',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const { queue: full } = await sender.assertQueue(name('full'), {
        arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
      });
      const { queue: other } = await sender.assertQueue(name('other'));
      await confirmedTo(sender, full, 'the only one');
      const told: string[] = [];
      for (const event of ['ack', 'nack']) {
        sender.on(event, ({ deliveryTag, multiple }: { deliveryTag: number; multiple: boolean }) => {
          if (deliveryTag === 2 || (multiple && told.length === 0)) told.push(event);
        });
      }
      for (const queue of [full, other]) sender.sendToQueue(queue, Buffer.from('1'));
      return await askUntil(
        async () => [...told],
        (all) => all.includes('nack'),
      );
    },
    ['nack'],
    [library.nacksAfterTheirAcks, ['ack', 'nack']],
  ),
  demonstration(
    'the confirms of messages whose queue is purged at once, and of such whose queue is deleted',
    async ({ confirmChannel, name }) => {
      const told: string[] = [];
      // A channel for each, as a broker may confirm several messages of one at once
      const sent = async (what: string) => {
        const channel = await confirmChannel();
        for (const event of ['ack', 'nack']) channel.on(event, () => told.push(`${event} ${what}`));
        const { queue } = await channel.assertQueue(name(what));
        channel.sendToQueue(queue, Buffer.from(what), { persistent: true });
        return { channel, queue };
      };
      const purged = await sent('purged');
      await purged.channel.purgeQueue(purged.queue);
      const deleted = await sent('deleted');
      await deleted.channel.deleteQueue(deleted.queue);
      return await askUntil(
        async () => told.toSorted(),
        ({ length }) => length === 2,
        { within: 500 },
      );
    },
    ['ack deleted', 'ack purged'],
    [library.purgedNeverConfirmed, ['ack deleted']],
    [library.nackedWithTheirQueue, ['ack purged', 'nack deleted']],
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
