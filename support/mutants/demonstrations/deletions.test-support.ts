import * as library from '../library/index.ts';
import { consume, refusal, send, settled, takeAll, demonstration } from './demonstration.test-support.ts';

export const deletions = [
  demonstration(
    'deleting what is there, and what is not',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      await one.assertQueue(name());
      await one.assertExchange(name('logs'), 'fanout');
      return [
        await refusal(one.deleteQueue(name())),
        await refusal(one.deleteExchange(name('logs'))),
        await refusal(one.deleteQueue(name('missing'))),
        await refusal(two.deleteExchange(name('missing'))),
      ];
    },
    ['not refused', 'not refused', 'not refused', 'not refused'],
    [
      library.missingDeletionsRefused,
      ['not refused', 'not refused', { code: 404, method: [50, 40] }, { code: 404, method: [40, 20] }],
    ],
  ),
  demonstration(
    'a queue and an exchange that are deleted and declared again',
    async ({ channel, name }) => {
      const one = await channel();
      const [logs, events] = [name('logs'), name('events')];
      for (const exchange of [logs, events]) {
        await one.assertQueue(name());
        await one.assertExchange(exchange, 'fanout');
        await one.bindQueue(name(), exchange, '');
      }
      await one.deleteQueue(name());
      await one.assertQueue(name());
      one.publish(logs, '', Buffer.from('1'));
      await one.bindQueue(name(), events, '');
      await one.deleteExchange(events);
      await one.assertExchange(events, 'fanout');
      one.publish(events, '', Buffer.from('2'));
      await settled(one);
      return await takeAll(one, name());
    },
    [],
    [library.bindingsOutliveTheirEnds, ['1', '2']],
  ),
  demonstration(
    'what a client has not acknowledged when the queue is purged',
    async ({ channel, name }) => {
      const [worker, other] = [await channel(), await channel()];
      await other.assertQueue(name());
      await send(other, name(), '1', '2');
      await worker.prefetch(1);
      await consume(worker, name());
      const { messageCount } = await other.purgeQueue(name());
      await worker.close();
      return [messageCount, await takeAll(other, name())];
    },
    [1, ['1']],
    [library.purgesTakeUnacknowledged, [1, []]],
  ),
  demonstration(
    'an auto-delete queue that nobody consumes, and such an exchange that nobody binds',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      await one.assertQueue(name(), { autoDelete: true });
      await one.assertExchange(name('logs'), 'fanout', { autoDelete: true });
      await one.get(name());
      one.publish(name('logs'), '', Buffer.from('1'));
      await settled(one);
      return [await refusal(one.checkQueue(name())), await refusal(two.checkExchange(name('logs')))];
    },
    ['not refused', 'not refused'],
    [
      library.autoDeletedWithFirstUse,
      [
        { code: 404, method: [50, 10] },
        { code: 404, method: [40, 10] },
      ],
    ],
  ),
  demonstration(
    'an auto-delete exchange that loses one of two bindings',
    async ({ channel, name }) => {
      const one = await channel();
      await one.assertQueue(name());
      await one.assertExchange(name('logs'), 'direct', { autoDelete: true });
      for (const key of ['info', 'error']) await one.bindQueue(name(), name('logs'), key);
      await one.unbindQueue(name(), name('logs'), 'info');
      return await refusal(one.checkExchange(name('logs')));
    },
    'not refused',
    [library.autoDeletedWithFirstUnbinding, { code: 404, method: [40, 10] }],
  ),
];
