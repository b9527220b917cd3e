import type { Channel, GetMessage } from 'amqplib';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import { demonstration, type Demonstration, send, settled, takeAll } from './demonstration.test-support.ts';

/** Takes a message when it is there: a queue gives again on its own time what was returned to it. */
async function taken(one: Channel, queue: string): Promise<GetMessage> {
  const message = await askUntil(
    () => one.get(queue),
    (got) => got !== false,
    { within: 2_000 },
  );
  if (message === false) throw new Error(`Nothing came back to ${queue}.`);
  return message;
}

function countIn({ properties }: GetMessage): unknown {
  return properties.headers?.['x-delivery-count'] ?? 'none';
}

export const poison: readonly Demonstration[] = [
  demonstration(
    'a message that comes back after it was rejected',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name(), { arguments: { 'x-queue-type': 'quorum' } });
      await send(one, queue, 'task');
      one.reject(await taken(one, queue), true);
      return countIn(await taken(one, queue));
    },
    1,
    [library.headerCountOff('x-delivery-count', 1), 2],
  ),
  demonstration(
    'whether it is told that a message came back',
    async ({ channel, name }) => {
      const one = await channel();
      const limited = { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 };
      const { queue } = await one.assertQueue(name(), { arguments: limited });
      await send(one, queue, 'task');
      one.reject(await taken(one, queue), true);
      return countIn(await taken(one, queue)) === 1;
    },
    true,
    [library.returnsForgotten, false],
  ),
  demonstration(
    'a message that was never delivered before',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      await send(one, queue, 'task');
      return countIn(await taken(one, queue));
    },
    'none',
    [library.firstDeliveriesCounted, 0],
  ),
  {
    ...demonstration(
      'a message that comes back after it was nacked, and after it was rejected',
      async ({ channel, name }) => {
        const one = await channel();
        const { queue } = await one.assertQueue(name(), { arguments: { 'x-queue-type': 'quorum' } });
        await send(one, queue, 'task');
        one.nack(await taken(one, queue), false, true);
        const nacked = await taken(one, queue);
        one.reject(nacked, true);
        return [countIn(nacked), countIn(await taken(one, queue))];
      },
      ['none', 1],
      [library.nacksTakenForRejects, [1, 2]],
      [library.rejectsTakenForNacks, ['none', 'none']],
      [library.acquisitionsTakenForFailures, [1, 2]],
    ),
    // Earlier versions count both, and do not tell how often a message was acquired
    versions: '>=4.3',
  },
  demonstration(
    'a transient message and a persistent one',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      one.sendToQueue(queue, Buffer.from('transient'), { persistent: false });
      one.sendToQueue(queue, Buffer.from('persistent'), { persistent: true });
      await settled(one);
      return await takeAll(one, queue);
    },
    ['transient', 'persistent'],
    // For basic.get, as if the queue were empty
    [library.transientMessagesLost, []],
  ),
  demonstration(
    'a full queue that is to reject what is published',
    async ({ channel, name }) => {
      const one = await channel();
      const limits = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
      const { queue } = await one.assertQueue(name(), { arguments: limits });
      await send(one, queue, '1', '2');
      return await takeAll(one, queue);
    },
    ['1'],
    [library.queueArgumentTakenFor('x-overflow', 'reject-publish', 'drop-head'), ['2']],
  ),
  demonstration(
    'the state of a quorum queue that is not there',
    async ({ management, virtualHost, name }) =>
      (
        await management.http.request(
          'GET',
          `/queues/quorum/${encodeURIComponent(virtualHost)}/${name('nothing')}/status`,
          { accept: [404] },
        )
      ).status,
    404,
    [library.quorumStatusUnchecked, 204],
  ),
];
