import * as library from '../library/index.ts';
import { consume, delivered, refusal, send, settled, demonstration } from './demonstration.test-support.ts';

export const prefetch = [
  demonstration(
    'two of four with prefetch 2',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.prefetch(2);
      const first = await consume(worker, queue);
      await send(sender, queue, '1', '2', '3', '4');
      await settled(worker);
      await delivered(worker, queue);
      return first.bodies();
    },
    ['1', '2'],
    [library.prefetchIgnored, ['1', '2', '3', '4']],
    [library.prefetchOffByOne, ['1', '2', '3']],
  ),
  demonstration(
    'two consumers without a prefetch, of which one acknowledges',
    async ({ channel, name }) => {
      const [one, two, sender] = [await channel(), await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const stuck = await consume(one, queue);
      let brisk = 0;
      await two.consume(queue, (message) => {
        brisk += 1;
        if (message !== null) two.ack(message);
      });
      for (const body of ['1', '2', '3', '4']) {
        await send(sender, queue, body);
        await delivered(two, queue);
      }
      await delivered(one, queue);
      return [stuck.got.length, brisk];
    },
    [2, 2],
    [library.prefetchAssumed, [1, 3]],
  ),
  demonstration(
    'a prefetch for each of two consumers',
    async ({ channel, name }) => {
      const [sender, worker] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.prefetch(1);
      const [first, second] = [await consume(worker, queue), await consume(worker, queue)];
      const held = () => first.got.length + second.got.length;
      await send(sender, queue, '1', '2', '3', '4');
      await delivered(worker, queue);
      const before = held();
      worker.ackAll();
      await delivered(worker, queue);
      return [before, held()];
    },
    [2, 3],
    [library.prefetchMadeGlobal, [1, 2]],
  ),
  {
    ...demonstration(
      'a prefetch for two consumers together',
      async ({ channel, name }) => {
        const [sender, worker] = [await channel(), await channel()];
        const { queue } = await sender.assertQueue(name());
        await worker.prefetch(1, true);
        const [first, second] = [await consume(worker, queue), await consume(worker, queue)];
        await send(sender, queue, '1', '2', '3');
        await delivered(worker, queue);
        return first.got.length + second.got.length;
      },
      1,
      [library.globalPrefetchMadePerConsumer, 2],
    ),
    // Later versions take it for one of each consumer
    versions: '<4.3',
  },
  {
    ...demonstration(
      'a prefetch for all consumers together, and what basic.get took',
      async ({ channel, name }) => {
        const [sender, worker] = [await channel(), await channel()];
        const [taken, tasks] = [name('taken'), name('tasks')];
        for (const queue of [taken, tasks]) {
          await sender.assertQueue(queue);
          await send(sender, queue, '1', '2', '3');
        }
        await worker.prefetch(2, true);
        await worker.get(taken);
        const { got } = await consume(worker, tasks);
        await delivered(worker, tasks);
        return got.length;
      },
      2,
      [library.globalPrefetchLimitsGotToo, 1],
    ),
    // Later versions take it for one of each consumer
    versions: '<4.3',
  },
  demonstration(
    'what becomes of a connection on which a prefetch is set while something is outstanding',
    async ({ delivering }) => {
      const { worker } = await delivering(['1']);
      return (await refusal(worker.prefetch(2))) === 'not refused';
    },
    true,
    [library.prefetchChangesBreakDown, false],
  ),
  demonstration(
    'what becomes of a connection on which something is acknowledged under a shared prefetch',
    async ({ delivering }) => {
      const { worker, got } = await delivering(['1']);
      await worker.prefetch(2, true);
      if (got[0]) worker.ack(got[0]);
      return (await refusal(settled(worker))) === 'not refused';
    },
    true,
    [library.acksUnderGlobalPrefetchBreakDown, false],
  ),
  demonstration(
    'a prefetch that is changed for the next consumer',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.prefetch(1);
      await worker.prefetch(3);
      const { got } = await consume(worker, queue);
      await send(sender, queue, '1', '2', '3', '4');
      await delivered(worker, queue);
      return got.length;
    },
    3,
    [library.prefetchNeverChanged, 1],
  ),
  demonstration(
    'what comes when the prefetch of a channel is set to 0',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.prefetch(2);
      await worker.prefetch(0);
      const { got } = await consume(worker, queue);
      await send(sender, queue, '1', '2', '3', '4');
      await delivered(worker, queue);
      return got.length;
    },
    4,
    [library.prefetchZeroTakenForOne, 1],
    [library.prefetchZeroTakenForUnchanged, 2],
  ),
  demonstration(
    'what basic.get takes on a channel that holds as many as its prefetch allows',
    async ({ channel, name }) => {
      const [worker, sender] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      await worker.prefetch(1);
      const { got } = await consume(worker, queue);
      await send(sender, queue, '1', '2', '3');
      await delivered(worker, queue);
      return [got.length, (await worker.get(queue)) !== false];
    },
    [1, true],
    [library.prefetchLimitsGet, [1, false]],
  ),
  demonstration(
    'a prefetch in bytes',
    async ({ raw }) => {
      const worker = await raw();
      await worker.send('basic.qos', { prefetchSize: 1 });
      return await worker.expect('basic.qos-ok').then(
        () => 'taken',
        () => 'refused',
      );
    },
    'refused',
    [library.prefetchSizeIgnored, 'taken'],
  ),
];
