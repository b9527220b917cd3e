import { claim, docs, expect, mutants, notClassic, numbered, premise } from '#support';

claim(
  'clustering/rolling-restart',
  {
    says: 'While the nodes of a cluster are restarted one after the other, a quorum queue serves the clients of the nodes that run: what they publish is confirmed, and consumers get all of it, in whatever node its leader was.',
    documented: [docs('upgrade#rolling-upgrade'), docs('quorum-queues#availability')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1),
      mutants.confirmedAndLost,
      mutants.deliveryLost(25),
    ],
    needs: ['cluster', 'node_stop'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const reader = await consumer(queue, { work: 0 });
    const sender = await producer({ confirms: true });
    const published: string[] = [];
    const goesOn = async (): Promise<void> => {
      const more = numbered(published.length + 1, published.length + 10);
      published.push(...more);
      expect(new Set(await sender.sendToQueue(queue, more)), 'the confirms').toEqual(new Set(['ack']));
      await expect(async () => [...new Set(reader.deliveries.map(({ body }) => body))]).toBecome(published);
    };
    await premise(sender.sendToQueue(queue, 'before'));
    published.push('before');

    for (const node of ['b', 'c'] as const) {
      await cluster.stop(node);
      await goesOn();
      await cluster.start(node);
      await goesOn();
    }
  },
);
