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

export const consuming = [
  demonstration(
    'what is left after ack, reject and nack',
    async ({ delivering }) => {
      const { worker, sender, queue, got } = await delivering([
        'acked',
        'rejected',
        'requeued',
        'nacked',
        'unsettled',
      ]);
      const [acked, rejected, requeued, nacked] = got;
      await worker.cancel(got[0]?.fields.consumerTag ?? '');
      if (acked && rejected && requeued && nacked) {
        worker.ack(acked);
        worker.reject(rejected, false);
        worker.reject(requeued, true);
        worker.nack(nacked, false, false);
      }
      // In order, where the end of the channel would have it requeued some time later
      await worker.recover();
      return await takeAll(sender, queue);
    },
    ['requeued', 'unsettled'],
    [library.acksIgnored, ['acked', 'requeued', 'unsettled']],
    [library.acksTakenForRejects, ['acked', 'requeued', 'unsettled']],
    [library.rejectsIgnored, ['rejected', 'requeued', 'unsettled']],
    [library.nacksIgnored, ['requeued', 'nacked', 'unsettled']],
    [library.requeueIgnored, ['unsettled']],
    [library.rejectedAlwaysRequeued, ['rejected', 'requeued', 'nacked', 'unsettled']],
    [library.manualAckTakenForAutomatic, []],
    [library.redeliveriesLost, []],
    [library.deliveryLost(2), ['nacked']],
  ),
  demonstration(
    'what is left after an ack of two at once',
    async ({ delivering }) => {
      const { worker, sender, queue, got } = await delivering(['1', '2', '3']);
      if (got[1]) worker.ack(got[1], true);
      await worker.close();
      return await takeAll(sender, queue);
    },
    ['3'],
    [library.multipleIgnored, ['1', '3']],
    [library.acksIgnored, ['1', '2', '3']],
    [library.deliveriesDuplicated, ['2', '3']],
    [library.deliveryLost(1), []],
  ),
  demonstration(
    'what is left after an ack of all at once',
    async ({ delivering }) => {
      const { worker, sender, queue } = await delivering(['1', '2']);
      worker.ackAll();
      await worker.close();
      return await takeAll(sender, queue);
    },
    [],
    [library.zeroTagTakenForNone, ['1', '2']],
    [library.acksIgnored, ['1', '2']],
  ),
  demonstration(
    'what is left after an ack right before the end of its channel',
    async ({ delivering }) => {
      const { worker, sender, queue, got } = await delivering(['1', '2']);
      if (got[0]) worker.ack(got[0]);
      await worker.close();
      return await takeAll(sender, queue);
    },
    ['2'],
    [library.acksBeforeCloseLost, ['1', '2']],
  ),
  demonstration(
    'an ack of all at once on a channel that has nothing',
    async ({ channel }) => {
      const worker = await channel();
      worker.ackAll();
      return await refusal(worker.checkExchange('amq.direct'));
    },
    'not refused',
    [library.nothingToAckRefused, { code: 406, method: [60, 80] }],
  ),
  demonstration(
    'what is left of what a cancelled consumer rejects',
    async ({ delivering }) => {
      const { worker, sender, queue, tag, got } = await delivering(['1', '2']);
      await worker.cancel(tag);
      if (got[0]) worker.nack(got[0], false, false);
      await worker.recover();
      return await takeAll(sender, queue);
    },
    ['2'],
    [library.rejectionsAfterCancelIgnored, ['1', '2']],
  ),
  demonstration(
    'what becomes of a connection on which something is acknowledged whose consumer is cancelled',
    async ({ delivering }) => {
      const { worker, tag, got } = await delivering(['1']);
      await worker.cancel(tag);
      if (got[0]) worker.ack(got[0]);
      return (await refusal(settled(worker))) === 'not refused';
    },
    true,
    [library.acksAfterCancelBreakDown, false],
  ),
  demonstration(
    'what becomes of a connection on which a consumer is cancelled that holds something',
    async ({ delivering }) => {
      const { worker, tag } = await delivering(['1']);
      return (await refusal(worker.cancel(tag))) === 'not refused';
    },
    true,
    [library.cancellationsBreakDown, false],
  ),
  demonstration(
    'what a consumer gets that takes the tag of a cancelled one',
    async ({ delivering }) => {
      const { worker, sender, queue, tag } = await delivering([]);
      await worker.cancel(tag);
      const { bodies } = await consume(worker, queue, { consumerTag: tag });
      await send(sender, queue, '1', '2');
      await delivered(worker, queue);
      return bodies();
    },
    ['1', '2'],
    [library.deliveriesLostToReusedTags, ['2']],
  ),
  demonstration(
    'what recover requeues of what was taken, and of what a cancelled consumer and another one hold',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const [taken, left, kept] = [name('taken'), name('left'), name('kept')];
      for (const queue of [taken, left, kept]) {
        await sender.assertQueue(queue);
        await send(sender, queue, queue);
      }
      await worker.get(taken);
      const { tag } = await consume(worker, left);
      const { got } = await consume(worker, kept);
      await delivered(worker, left);
      await delivered(worker, kept);
      await worker.cancel(tag);
      await worker.recover();
      await delivered(worker, kept);
      return [(await takeAll(sender, taken)).length, (await takeAll(sender, left)).length, got.length];
    },
    [1, 1, 2],
    [library.recoverForConsumersAlone, [0, 0, 2]],
  ),
  demonstration(
    'what is left after an ack of all at once on the other channel of two',
    async ({ client, channel, name }) => {
      const [connection, sender] = [await client(), await channel()];
      const [done, pending] = [await connection.createChannel(), await connection.createChannel()];
      const [mine, theirs] = [name('mine'), name('theirs')];
      await sender.assertQueue(mine);
      await sender.assertQueue(theirs);
      await send(sender, mine, 'mine');
      await send(sender, theirs, 'theirs');
      await consume(done, mine);
      await consume(pending, theirs);
      await delivered(done, mine);
      await delivered(pending, theirs);
      done.ackAll();
      await done.close();
      await pending.close();
      return [await takeAll(sender, mine), await takeAll(sender, theirs)];
    },
    [[], ['theirs']],
    [library.zeroTagTakenForAllChannels, [[], []]],
  ),
  demonstration(
    'what is left after an ack of the second alone',
    async ({ delivering }) => {
      const { worker, sender, queue, got } = await delivering(['1', '2', '3']);
      if (got[1]) worker.ack(got[1]);
      await worker.close();
      return await takeAll(sender, queue);
    },
    ['1', '3'],
    [library.multipleAlways, ['3']],
    [library.deliveriesSwapped, ['2', '3']],
    [library.deliveriesDuplicated, ['1', '2', '3']],
    [library.deliveryLost(1), ['2']],
  ),
  demonstration(
    'what is left of automatic acknowledgement',
    async ({ delivering }) => {
      const { worker, sender, queue, got } = await delivering(['1', '2'], { noAck: true });
      await worker.close();
      return [got.length, await takeAll(sender, queue)];
    },
    [2, []],
    [library.automaticAckTakenForManual, [2, ['1', '2']]],
  ),
  demonstration(
    'what comes again after recover',
    async ({ delivering }) => {
      const { worker, queue, got } = await delivering(['1']);
      await worker.recover();
      await delivered(worker, queue);
      return got.map(({ fields }) => [fields.deliveryTag, fields.redelivered]);
    },
    [
      [1, false],
      [2, true],
    ],
    [library.recoverIgnored, [[1, false]]],
    [
      library.redeliveredNeverSet,
      [
        [1, false],
        [2, false],
      ],
    ],
    [
      library.redeliveredAlwaysSet,
      [
        [1, true],
        [2, true],
      ],
    ],
  ),
  demonstration(
    'what basic.recover without requeue ends',
    async ({ raw }) => {
      const worker = await raw();
      await worker.send('basic.recover', { requeue: false });
      return await worker.expect('basic.recover-ok').then(
        () => 'nothing',
        () => 'something',
      );
    },
    'something',
    [library.recoverAlwaysRequeues, 'nothing'],
  ),
  demonstration(
    'the tags of what two consumers of a channel get',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const [first, second] = [await consume(worker, queue), await consume(worker, queue)];
      await send(sender, queue, '1', '2', '3');
      await delivered(worker, queue);
      return [first, second].map(({ got }) => got.map(({ fields }) => fields.deliveryTag));
    },
    [[1, 3], [2]],
    [library.deliveryTagsPerConsumer, [[1, 2], [1]]],
    [library.deliveryTagsFromZero, [[0, 2], [1]]],
  ),
  demonstration(
    'what the next consumer gets after two of three were requeued',
    async ({ channel, name }) => {
      const [leaver, stayer, sender] = [await channel(), await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await leaver.prefetch(2);
      await consume(leaver, queue);
      await send(sender, queue, '1', '2', '3');
      await leaver.close();
      const bodies: string[] = [];
      await new Promise<void>((resolve) => {
        void stayer.consume(queue, (message) => {
          bodies.push(message?.content.toString() ?? '');
          if (bodies.length === 3) resolve();
        });
      });
      return bodies;
    },
    ['1', '2', '3'],
    [library.requeuedAtTheEnd, ['3', '1', '2']],
    [library.requeuedInReverse, ['2', '1', '3']],
  ),
  demonstration(
    'what a consumer gets of four',
    async ({ delivering }) => {
      const { got } = await delivering(['1', '2', '3', '4']);
      return got.map(({ content, fields }) => `${content.toString()} as ${fields.deliveryTag}`);
    },
    ['1 as 1', '2 as 2', '3 as 3', '4 as 4'],
    [library.deliveriesSwapped, ['2 as 1', '1 as 2', '4 as 3', '3 as 4']],
    [
      library.deliveriesDuplicated,
      ['1 as 1', '1 as 2', '2 as 3', '2 as 4', '3 as 5', '3 as 6', '4 as 7', '4 as 8'],
    ],
    [library.deliveryLost(3), ['1 as 1', '2 as 2', '4 as 3']],
    [library.publishLost(2), ['1 as 1', '3 as 2', '4 as 3']],
    [library.publishesSwapped, ['2 as 1', '1 as 2', '4 as 3', '3 as 4']],
  ),
  demonstration(
    'a transient message and then a persistent one',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      for (const persistent of [false, true])
        one.sendToQueue(queue, Buffer.from(persistent ? 'persistent' : 'transient'), { persistent });
      return await takeAll(one, queue);
    },
    ['transient', 'persistent'],
    [library.persistentOvertakesTransient, ['persistent', 'transient']],
  ),
  demonstration(
    'how two consumers share four',
    async ({ channel, name }) => {
      const [one, two, sender] = [await channel(), await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const [first, second] = [await consume(one, queue), await consume(two, queue)];
      await send(sender, queue, '1', '2', '3', '4');
      await delivered(one, queue);
      await delivered(two, queue);
      return [first.bodies(), second.bodies()];
    },
    [
      ['1', '3'],
      ['2', '4'],
    ],
    [library.everythingGoesToTheFirstConsumer, [['1', '2', '3', '4'], []]],
    [library.laterConsumersNotServed, [['1', '2', '3', '4'], []]],
    [
      library.publishedTwice,
      [
        ['1', '2', '3', '4'],
        ['1', '2', '3', '4'],
      ],
    ],
  ),
  demonstration(
    'what basic.get tells',
    async ({ channel, name, plainly }) => {
      const taker = await channel();
      const { queue } = await taker.assertQueue(name());
      await send(taker, queue, '1', '2');
      const message = await taker.get(queue);
      if (message === false) return 'empty';
      const { routingKey, messageCount } = message.fields;
      return [message.content.toString(), plainly(routingKey), messageCount];
    },
    ['1', 'tasks', 1],
    [library.remainingCountWrong, ['1', 'tasks', 2]],
    [library.getTakenForEmpty, 'empty'],
    [library.deliveryLost(1), 'empty'],
    [library.deliveryRoutingKeyForgotten, ['1', '', 1]],
  ),
];
