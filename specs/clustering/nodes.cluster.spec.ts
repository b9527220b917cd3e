import { claim, docs, expect, mutants, numbered } from '#support';

claim(
  'clustering/any-node',
  {
    says: 'A client can use any queue through any node of a cluster: what one client declares on a node, another one publishes to through a second node, and a third one consumes from through a third.',
    documented: [
      docs('queues#distributed'),
      docs('clustering#messaging-protocols'),
      docs('queues#transparent-operation-routing'),
    ],
    refutedBy: [mutants.queuesOfOneNode, mutants.publishLost(7), mutants.deliveriesSwapped],
    needs: ['cluster'],
  },
  async ({ client, consumer, producer, uniqueName }) => {
    const nodes = ['a', 'b', 'c'] as const;
    for (const [index, home] of nodes.entries()) {
      const [publishedOn, consumedOn] = [nodes[(index + 1) % 3], nodes[(index + 2) % 3]];
      const declared = await (await client({ node: home })).channel();
      const { queue } = await declared.declareQueue(uniqueName(`of-${home}`));
      const sender = await producer({ node: publishedOn ?? 'a', confirms: true });

      await sender.sendToQueue(queue, numbered(1, 5));

      const reader = await consumer(queue, { noAck: true, as: { node: consumedOn ?? 'a' } });
      await expect(reader).toReceive(numbered(1, 5));
    }
  },
);
