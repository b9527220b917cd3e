import * as library from '../library/index.ts';
import { demonstration } from './demonstration.test-support.ts';

export const clusters = [
  demonstration(
    'a queue of node b, for which is published on both nodes',
    async ({ client, name }) => {
      const [onB, onC] = [await client({}, 'b'), await client({}, 'c')];
      const home = await onB.createConfirmChannel();
      const { queue } = await home.assertQueue(name());
      const other = await onC.createChannel();
      other.sendToQueue(queue, Buffer.from('of c'));
      await other.checkExchange('amq.direct');
      home.sendToQueue(queue, Buffer.from('of b'));
      await home.waitForConfirms();
      return (await home.checkQueue(queue)).messageCount;
    },
    2,
    [library.queuesOfOneNode, 1],
  ),
  {
    ...demonstration(
      'how the leader of a quorum queue is chosen',
      async ({ channel, management, name, virtualHost }) => {
        const { queue } = await (
          await channel()
        ).assertQueue(name(), { arguments: { 'x-queue-type': 'quorum' } });
        const { arguments: given } = await management.in(virtualHost).queues.get(queue);
        return given['x-queue-leader-locator'];
      },
      undefined,
      [library.leadersAnywhere, 'balanced'],
    ),
    versions: '>=3.10',
  },
];
