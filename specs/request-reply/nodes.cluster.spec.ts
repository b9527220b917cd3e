import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'request-reply/direct-reply-to-other-node',
  {
    says: 'A direct reply finds its requester in a cluster also where the server is connected to another node.',
    documented: [docs('direct-reply-to#usage-amqp091'), docs('clustering#messaging-protocols')],
    extensions: ['direct_reply_to'],
    refutedBy: [mutants.directRepliesLost, mutants.directRepliesOfOneNode],
    needs: ['cluster'],
  },
  async ({ client, consumer, queue }) => {
    const requests = await queue();
    const requester = await (await client({ name: 'requester', node: 'b' })).channel();
    const replies = await consumer('amq.rabbitmq.reply-to', { name: 'replies', on: requester, noAck: true });
    const server = await consumer(requests, { name: 'server', as: { node: 'c' } });

    requester.publish('', requests.name, { body: 'question', replyTo: 'amq.rabbitmq.reply-to' });
    const { properties } = await premise(server.next());
    server.channel.publish('', String(properties['replyTo']), 'answer');

    await expect(replies).toReceive(['answer']);
  },
);
