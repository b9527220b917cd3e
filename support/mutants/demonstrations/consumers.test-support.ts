import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import {
  consume,
  delivered,
  refusal,
  send,
  settled,
  takeAll,
  demonstration,
} from './demonstration.test-support.ts';

export const consumers = [
  demonstration(
    'what a cancelled consumer leaves behind',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const { tag, got } = await consume(worker, queue);
      await worker.cancel(tag);
      await send(sender, queue, '1');
      const { consumerCount } = await worker.checkQueue(queue);
      return [got.length, consumerCount, await takeAll(sender, queue)];
    },
    [0, 0, ['1']],
    [library.cancellationsIgnored, [0, 1, []]],
  ),
  demonstration(
    'what a cancelled consumer has unacknowledged',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const { tag } = await consume(worker, queue);
      await send(sender, queue, '1');
      await delivered(worker, queue);
      await worker.cancel(tag);
      await settled(worker);
      const ready = await takeAll(sender, queue);
      await worker.close();
      // A queue without consumers of the channel learns of its end when it has ended, which is after close-ok
      const returned = await askUntil(
        () => takeAll(sender, queue),
        ({ length }) => length > 0,
        { within: 1_000 },
      );
      return [ready, returned];
    },
    [[], ['1']],
    [library.cancelledDeliveriesRequeued, [['1'], []]],
    [library.cancelledDeliveriesForgotten, [[], []]],
  ),
  demonstration(
    'how many consumers there are when one came',
    async ({ channel, name }) => {
      const worker = await channel();
      const { queue } = await worker.assertQueue(name());
      await consume(worker, queue);
      return (await worker.checkQueue(queue)).consumerCount;
    },
    1,
    [library.consumerOnlyAnswered(1), 0],
  ),
  demonstration(
    'cancelling a consumer that is not there',
    async ({ channel }) => {
      const worker = await channel();
      return (await refusal(worker.cancel('nobody'))) === 'not refused';
    },
    true,
    [library.unknownCancellationsRefused, false],
  ),
  demonstration(
    'whether a consumer is there after its channel',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const { got } = await consume(worker, queue);
      await worker.close();
      await send(sender, queue, '1');
      const { consumerCount } = await sender.checkQueue(queue);
      return [got.length, consumerCount, await takeAll(sender, queue)];
    },
    [0, 0, ['1']],
    [library.consumersOutliveTheirChannel, [0, 1, []]],
  ),
  demonstration(
    'what a consumer with no-local gets of its own connection and of another',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.bindQueue(queue, 'amq.direct', queue);
      const { bodies } = await consume(worker, queue, { noLocal: true });
      await send(worker, queue, 'own');
      sender.publish('amq.direct', queue, Buffer.from('other'));
      await settled(sender);
      await delivered(worker, queue);
      return bodies();
    },
    ['own', 'other'],
    [library.noLocalHeeded, ['other']],
  ),
  demonstration(
    'who hears that a queue is deleted',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      let told = false;
      await worker.consume(queue, (message) => {
        told ||= message === null;
      });
      await sender.deleteQueue(queue);
      // The channel of a consumer learns of it when the queue has ended, which is after delete-ok
      return await askUntil(
        async () => told,
        (heard) => heard,
        { within: 1_000 },
      );
    },
    true,
    [library.cancelNotificationsLost, false],
  ),
  demonstration(
    'how often a consumer hears that its queue is deleted',
    async ({ raw, channel, name }) => {
      const sender = await channel();
      const { queue } = await sender.assertQueue(name());
      const worker = await raw();
      await worker.send('basic.consume', { queue });
      await worker.expect('basic.consume-ok');
      await sender.deleteQueue(queue);
      await worker.expect('basic.cancel');
      await worker.send('basic.qos');
      const next = await worker.next(5_000);
      return typeof next === 'object' && 'name' in next ? next.name : next;
    },
    'basic.qos-ok',
    [library.cancelNotificationsRepeated, 'basic.cancel'],
  ),
  demonstration(
    'the tag of a consumer',
    async ({ channel, name }) => {
      const worker = await channel();
      const { queue } = await worker.assertQueue(name());
      const { consumerTag } = await worker.consume(queue, () => {}, { consumerTag: 'mine' });
      return consumerTag === 'mine';
    },
    true,
    [library.consumerTagsIgnored, false],
  ),
  demonstration(
    'the tags of two consumers that have been given none',
    async ({ channel, name }) => {
      const worker = await channel();
      const { queue } = await worker.assertQueue(name());
      const [first, second] = [await consume(worker, queue), await consume(worker, queue)];
      return first.tag === second.tag;
    },
    false,
    [library.consumerTagsRepeated, true],
  ),
  demonstration(
    'a second consumer beside an exclusive one',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      const { queue } = await one.assertQueue(name());
      await one.consume(queue, () => {}, { exclusive: true });
      return (await refusal(two.consume(queue, () => {}))) === 'not refused';
    },
    false,
    [library.exclusiveConsumersIgnored, true],
  ),
  demonstration(
    'a second consumer after an exclusive one',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      const { tag } = await consume(one, queue, { exclusive: true });
      await one.cancel(tag);
      return (await refusal(one.consume(queue, () => {}))) === 'not refused';
    },
    true,
    [library.exclusiveConsumersNotReleased, false],
  ),
  demonstration(
    'whether a client is told that a queue is gone although it does not say that it can be told',
    async ({ client, raw, name }) => {
      const sender = await (await client()).createChannel();
      const { queue } = await sender.assertQueue(name());
      const silent = await raw({ startOk: { clientProperties: [] } });
      await silent.send('basic.consume', { queue });
      await silent.expect('basic.consume-ok');
      let told = false;
      await sender.consume(queue, (message) => {
        told ||= message === null;
      });
      await sender.deleteQueue(queue);
      await askUntil(
        async () => told,
        (heard) => heard,
      );
      await silent.send('basic.qos');
      return await silent.expect('basic.qos-ok').then(
        () => false,
        () => true,
      );
    },
    false,
    [library.cancelNotifyAssumed, true],
  ),
  demonstration(
    'who is served when the first is busy',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      const { queue } = await one.assertQueue(name());
      await two.prefetch(1);
      const [low, high] = [await consume(one, queue), await consume(two, queue, { priority: 10 })];
      await send(one, queue, '1', '2', '3');
      await delivered(two, queue);
      await delivered(one, queue);
      return [low.got.length, high.got.length];
    },
    [2, 1],
    [library.lowerPrioritiesNotServed, [0, 1]],
  ),
  demonstration(
    'who is served first',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      const { queue } = await one.assertQueue(name());
      const [low, high] = [await consume(one, queue), await consume(two, queue, { priority: 10 })];
      await send(one, queue, '1', '2');
      await delivered(one, queue);
      await delivered(two, queue);
      return [low.got.length, high.got.length];
    },
    [0, 2],
    [library.consumerArgumentLost('x-priority'), [1, 1]],
  ),
];
