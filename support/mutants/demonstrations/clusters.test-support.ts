import * as library from '../library/index.ts';
import { consume, demonstration, settled } from './demonstration.test-support.ts';

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
  demonstration(
    'an exchange of node b, to which is published on both nodes',
    async ({ client, name }) => {
      const [onB, onC] = [await client({}, 'b'), await client({}, 'c')];
      const home = await onB.createConfirmChannel();
      const { exchange } = await home.assertExchange(name('logs'), 'fanout');
      const { queue } = await home.assertQueue(name());
      await home.bindQueue(queue, exchange, '');
      const other = await onC.createConfirmChannel();
      for (const channel of [other, home]) {
        channel.publish(exchange, '', Buffer.from('to all'));
        await channel.waitForConfirms();
      }
      return (await home.checkQueue(queue)).messageCount;
    },
    2,
    [library.exchangesOfOneNode, 1],
  ),
  demonstration(
    'a direct reply from another node, and then one from its own',
    async ({ client, name }) => {
      const [onB, onC] = [await client({}, 'b'), await client({}, 'c')];
      const requester = await onB.createChannel();
      const { bodies } = await consume(requester, 'amq.rabbitmq.reply-to', { noAck: true });
      const { queue } = await requester.assertQueue(name());
      requester.sendToQueue(queue, Buffer.from('?'), { replyTo: 'amq.rabbitmq.reply-to' });
      await settled(requester);
      const request = await requester.get(queue, { noAck: true });
      const address = request === false ? '' : String(request.properties.replyTo);
      const other = await onC.createChannel();
      other.sendToQueue(address, Buffer.from('of c'));
      await settled(other);
      requester.sendToQueue(address, Buffer.from('of b'));
      await settled(requester);
      return bodies();
    },
    ['of c', 'of b'],
    [library.directRepliesOfOneNode, ['of b']],
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
