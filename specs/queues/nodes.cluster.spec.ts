import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'queues/exclusive-on-other-nodes',
  {
    says: 'An exclusive queue is locked for the clients of all nodes of a cluster: on another node, too, whoever is not the connection that declared it is refused with 405 when it declares or consumes it.',
    documented: [docs('queues#exclusive-queues'), docs('clustering#overview-what-is-replicated')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.exclusiveIgnored, mutants.errorCodeChanged(405, 403), mutants.errorsSwallowed],
    needs: ['cluster'],
  },
  async ({ client, uniqueName }) => {
    const owner = await (await client({ node: 'b' })).channel();
    const { queue } = await owner.declareQueue(uniqueName('mine'), { type: 'classic', exclusive: true });
    const stranger = await client({ node: 'c' });

    const [declaring, consuming] = [await stranger.channel(), await stranger.channel()];
    await expect(declaring.declareQueuePassively(queue)).toBeRefused(locked('queue.declare'));
    await expect(consuming.consume(queue)).toBeRefused(locked('basic.consume'));
    await expect(owner.consume(queue)).toBeAccepted();
  },
);

function locked(method: 'queue.declare' | 'basic.consume') {
  return channelError(405, 'RESOURCE_LOCKED', method);
}
