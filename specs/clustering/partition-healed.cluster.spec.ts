import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'clustering/partition-autoheal',
  {
    says: 'With cluster_partition_handling autoheal, both sides of a partition serve their clients until it is over; then the nodes of the side with fewer clients restart, which ends the connections of these, and take over what the other side has.',
    documented: [docs('3.13/partitions#automatic-handling')],
    queueTypes: 'unvaried',
    appliesTo: { rabbitmq: '<4.0' },
    refutedBy: [mutants.clientsServedElsewhere('b', 'a')],
    needs: ['cluster', 'partition', 'ctl'],
  },
  async ({ client, cluster, openChannel, uniqueName }) => {
    const loser = await client({ node: 'b' });
    const onB = await loser.channel();
    for (const node of ['a', 'a', 'c', 'c'] as const) await client({ node });
    await cluster.whileSet('cluster_partition_handling', 'autoheal', async () => {
      await cluster.cutOff('b');

      const [ofA, ofB] = [uniqueName('of-a'), uniqueName('of-b')];
      await premise((await openChannel()).declareQueue(ofA, { type: 'classic' }));
      await expect(onB.declareQueue(ofB, { type: 'classic' })).toBeAccepted();

      await cluster.heal();

      await expect(async () => loser.open, 'whether the connection to b is open').toBecome(false);
      const again = await client({ node: 'b' });
      await expect((await again.channel()).declareQueuePassively(ofA)).toBeAccepted();
      const gone = await (await again.channel()).declareQueuePassively(ofB).then(
        () => false,
        () => true,
      );
      expect(gone, 'whether the queue is gone that was declared on b').toBe(true);
    });
  },
);
