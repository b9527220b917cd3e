import { claim, docs, expect, mutants, notClassic, numbered, premise } from '#support';

claim(
  'quorum-queues/unheard-leader',
  {
    says: "When nothing that the node of a quorum queue's leader says reaches the others, although they reach it and no connection ends, another member becomes the leader: what was confirmed is there, and publishers and consumers on other nodes go on.",
    documented: [
      docs('partitions#effects'),
      docs('partitions#scenario-1-the-leader-disconnects'),
      docs('quorum-queues#leader-election'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1),
      mutants.confirmedAndLost,
      mutants.deliveryLost(12),
    ],
    needs: ['cluster', 'stall'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const reader = await consumer(queue, { work: 0, as: { node: 'c' } });
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(queue, numbered(1, 10)));

    await cluster.disturb([
      { from: 'b', to: 'a', how: 'stalled' },
      { from: 'b', to: 'c', how: 'stalled' },
    ]);

    const confirmations = await sender.sendToQueue(queue, numbered(11, 20));
    expect(new Set(confirmations), 'the confirms without b').toEqual(new Set(['ack']));
    await expect(async () => [...new Set(reader.deliveries.map(({ body }) => body))]).toBecome(
      numbered(1, 20),
    );
  },
);
