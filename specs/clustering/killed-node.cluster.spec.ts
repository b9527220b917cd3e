import { channelError, claim, docs, expect, mutants, numbered, premise } from '#support';

claim(
  'clustering/classic-node-down',
  {
    says: 'A durable classic queue is on one node of a cluster: while that is down, other nodes answer 404 to who declares the queue or asks for it; when the node is back, the queue is too, with its persistent messages.',
    documented: [
      docs('clustering#overview-what-is-replicated'),
      docs('clustering#clustering-dealing-with-failure'),
      docs('queues#durability'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(404, 405), mutants.confirmedAndLost],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, cluster, existingQueue, openChannel, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('of-b'), { type: 'classic' });
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(queue, numbered(1, 5).map(persistent)));

    await cluster.kill('b');

    const [asking, declaring] = [await openChannel(), await openChannel()];
    await expect(asking.declareQueuePassively(queue)).toBeRefused(notFound);
    await expect(declaring.declareQueue(queue, { type: 'classic' })).toBeRefused(notFound);

    await cluster.start('b');

    await expect(await existingQueue(queue)).toReceive(numbered(1, 5));
  },
);

claim(
  'clustering/transient-node-loss',
  {
    says: 'The exclusive queues of a node that is lost are gone: other nodes answer 404 to who asks for them.',
    documented: [docs('queues#exclusive-queues'), docs('queues#temporary-queues')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(404, 405)],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, cluster, openChannel, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('exclusive'), { type: 'classic', exclusive: true });

    await cluster.kill('b');

    await expect(async () => {
      const asking = await openChannel();
      return await asking.declareQueuePassively(queue).then(() => 'it is there', String);
    }).toBecome(expect.stringMatching(/ closed the channel: 404 /));
  },
);

claim(
  'clustering/definitions-replicated',
  {
    says: 'All nodes of a cluster know the same exchanges and bindings, on whatever node they were made: they are there when that node has failed.',
    documented: [
      docs('clustering#overview-what-is-replicated'),
      docs('clustering#clustering-dealing-with-failure'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.exchangesOfOneNode, mutants.bindingsIgnored, mutants.bindingKeysIgnored],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, cluster, producer, queue, uniqueName }) => {
    const errors = await queue();
    const onB = await (await client({ node: 'b' })).channel();
    const logs = uniqueName('logs');
    await onB.declareExchange(logs, 'direct');
    await onB.bindQueue(errors.name, logs, 'error');

    await cluster.kill('b');

    const onC = await producer({ confirms: true, node: 'c' });
    await onC.publish(logs, 'info', 'nobody wants this');
    await onC.publish(logs, 'error', numbered(1, 5));
    await expect(errors).toReceive(numbered(1, 5));
  },
);

const notFound = channelError(404, 'NOT_FOUND', 'queue.declare');

function persistent(body: string) {
  return { body, persistent: true };
}
