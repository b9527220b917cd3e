import { claim, docs, expect, mutants, type Stage } from '#support';

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
      await expect(isThere(ofB, await openChannel()), 'the queue of b, asked on a').resolves.toBe(false);
      const asking = await (await client({ node: 'b' })).channel();
      await expect(isThere(ofA, asking), 'the queue of a, asked on b').resolves.toBe(false);

      await cluster.kill('b');
      await cluster.heal();
      await cluster.start('b');

      const again = await client({ node: 'b' });
      await expect(isThere(ofA, await again.channel()), 'the queue of a, asked on b').resolves.toBe(true);
      await expect(isThere(ofB, await again.channel()), 'the queue of b').resolves.toBe(false);
    });
  },
);

async function isThere(queue: string, on: Awaited<ReturnType<Stage['openChannel']>>): Promise<boolean> {
  return await on.declareQueuePassively(queue).then(
    () => true,
    () => false,
  );
}
