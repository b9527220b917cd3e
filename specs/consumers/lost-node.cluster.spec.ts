import { claim, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

claim(
  'consumers/cancel-notification-node-lost',
  {
    says: 'When the node of a classic queue fails, the consumers of the queue that are connected to other nodes are told by a basic.cancel; their channels go on.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    queueTypes: { quorum: notQuorum.crash },
    refutedBy: [mutants.cancelNotificationsLost],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, cluster, consumer, queue, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue: doomed } = await onB.declareQueue(uniqueName('of-b'));
    const spared = await queue();
    const bereft = await consumer(doomed, { name: 'bereft', as: { node: 'c' } });

    await cluster.kill('b');

    await expect(async () => bereft.channel.cancelled, 'what was cancelled').toBecome([bereft.tag]);
    await expect(consumer(spared, { on: bereft.channel })).toBeAccepted();
  },
);

claim(
  'consumers/requeued-from-lost-node',
  {
    says: 'What a consumer has not acknowledged is requeued when the node fails to which it is connected: another consumer gets it, marked as redelivered.',
    documented: [docs('confirms#automatic-requeueing'), docs('consumers#acknowledgement-modes')],
    queueTypes: { quorum: notQuorum.lostConsumersAwaited },
    refutedBy: [mutants.redeliveredNeverSet, mutants.redeliveriesLost],
    needs: ['cluster', 'node_kill'],
  },
  async ({ cluster, consumer, producer, queue }) => {
    const tasks = await queue();
    const lost = await consumer(tasks, { name: 'lost', as: { node: 'b' } });
    await (await producer()).sendToQueue(tasks, numbered(1, 3));
    await premise(expect(lost).toReceive(numbered(1, 3)));

    await cluster.kill('b');

    const successor = await consumer(tasks, { name: 'successor' });
    await expect(successor).toReceive(
      numbered(1, 3).map((body) => ({ body, redelivered: true })),
      { inAnyOrder: true },
    );
  },
);

claim(
  'consumers/single-active-node-lost',
  {
    says: 'When the node fails to which the single active consumer of a queue is connected, another consumer that waits takes its place, on whatever node.',
    documented: [docs('consumers#single-active-consumer')],
    extensions: ['single_active_consumer'],
    queueTypes: { quorum: notQuorum.lostConsumersAwaited },
    refutedBy: [mutants.deliveryLost(2), mutants.publishLost(2)],
    needs: ['cluster', 'node_kill'],
  },
  async ({ cluster, consumer, producer, queue }) => {
    const tasks = await queue({ arguments: { 'x-single-active-consumer': true } });
    const active = await consumer(tasks, { name: 'active', noAck: true, as: { node: 'b' } });
    const waiting = await consumer(tasks, { name: 'waiting', noAck: true, as: { node: 'c' } });
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(tasks, 'before'));
    await premise(expect(active).toReceive(['before']));
    await premise(expect(waiting).toReceive([]));

    await cluster.kill('b');
    await premise(sender.sendToQueue(tasks, 'after'));

    await expect(waiting).toReceive(['after']);
  },
);
