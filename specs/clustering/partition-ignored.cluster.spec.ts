import { channelError, claim, docs, expect, mutants } from '#support';

const notFound = channelError(404, 'NOT_FOUND', 'queue.declare');

claim(
  'clustering/partition-ignored',
  {
    says: 'With cluster_partition_handling ignore, both sides of a partition go on by themselves: each serves its clients, and what is declared on one side is not there on the other. A node that is restarted afterwards takes over what the others have; what was declared on it meanwhile is gone.',
    documented: [docs('3.13/partitions#during'), docs('3.13/partitions#recovering')],
    queueTypes: 'unvaried',
    appliesTo: { rabbitmq: '<4.0' },
    refutedBy: [mutants.clientsServedElsewhere('b', 'a'), mutants.passiveIgnored],
    needs: ['cluster', 'partition', 'node_kill', 'ctl'],
  },
  async ({ client, cluster, openChannel, uniqueName }) => {
    const [onA, onB] = [await openChannel(), await (await client({ node: 'b' })).channel()];
    await cluster.whileSet('cluster_partition_handling', 'ignore', async () => {
      await cluster.cutOff('b');

      const [ofA, ofB] = [uniqueName('of-a'), uniqueName('of-b')];
      await expect(onA.declareQueue(ofA, { type: 'classic' })).toBeAccepted();
      await expect(onB.declareQueue(ofB, { type: 'classic' })).toBeAccepted();
      const askingA = await openChannel();
      await expect(askingA.declareQueuePassively(ofB)).toBeRefused(notFound);
      const askingB = await (await client({ node: 'b' })).channel();
      await expect(askingB.declareQueuePassively(ofA)).toBeRefused(notFound);

      await cluster.kill('b');
      await cluster.heal();
      await cluster.start('b');

      const again = await client({ node: 'b' });
      await expect((await again.channel()).declareQueuePassively(ofA)).toBeAccepted();
      await expect((await again.channel()).declareQueuePassively(ofB)).toBeRefused(notFound);
    });
  },
);
