import { claim, docs, expect, mutants, notClassic, numbered, onNodesAAndB, premise } from '#support';

claim(
  'quorum-queues/leader-cut-off',
  {
    says: "When the node of a quorum queue's leader is cut off from the others, the members that still reach each other choose another leader: publishers and consumers on their side go on, with all that was confirmed before.",
    documented: [
      docs('partitions#scenario-1-the-leader-disconnects'),
      docs('partitions#effects-on-quorum-queues-publishers'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1),
      mutants.confirmedAndLost,
      mutants.deliveryLost(12),
    ],
    needs: ['cluster', 'partition'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const reader = await consumer(queue, { work: 0, as: { node: 'c' } });
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(queue, numbered(1, 10)));

    await cluster.cutOff('b');

    const confirmations = await sender.sendToQueue(queue, numbered(11, 20));
    expect(new Set(confirmations), 'the confirms without b').toEqual(new Set(['ack']));
    await expect(async () => [...new Set(reader.deliveries.map(({ body }) => body))]).toBecome(
      numbered(1, 20),
    );
  },
);

claim(
  'quorum-queues/follower-cut-off',
  {
    says: 'A follower of a quorum queue that is cut off changes nothing for the clients of the others: what they publish is confirmed and delivered, in order and once, while it is gone and when it is back.',
    documented: [
      docs('partitions#scenario-2-a-follower-disconnects'),
      docs('partitions#recovery'),
      docs('quorum-queues#availability'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.deliveryLost(12), mutants.confirmedAndLost, mutants.deliveriesDuplicated],
    needs: ['cluster', 'partition'],
  },
  async ({ cluster, consumer, producer, queue }) => {
    const tasks = await queue();
    const reader = await consumer(tasks, { work: 0 });
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(tasks, numbered(1, 10)));

    await cluster.cutOff('b');

    const without = await sender.sendToQueue(tasks, numbered(11, 20));
    expect(new Set(without), 'the confirms without b').toEqual(new Set(['ack']));
    await expect(reader).toReceive(numbered(1, 20));

    await cluster.heal();

    const after = await sender.sendToQueue(tasks, numbered(21, 30));
    expect(new Set(after), 'the confirms when b is back').toEqual(new Set(['ack']));
    await expect(reader).toReceive(numbered(1, 30));
  },
);

claim(
  'quorum-queues/partition-minority',
  {
    says: 'Where a partition leaves a quorum queue without more than half of its members, nothing that is published to it is confirmed, until it ends.',
    documented: [docs('partitions#quorum'), docs('quorum-queues#quorum-requirements')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.queueArgumentLost('x-quorum-initial-group-size'), mutants.confirmedTooEarly],
    needs: ['cluster', 'partition', 'ctl'],
  },
  async (stage) => {
    const { cluster, producer, queue } = stage;
    const halved = await onNodesAAndB(stage);
    const whole = await queue();
    const [toHalved, toWhole] = [await producer({ confirms: true }), await producer({ confirms: true })];
    await premise(toHalved.sendToQueue(halved, 'before'));
    await premise(toWhole.sendToQueue(whole, 'before'));

    await cluster.cutOff('b');

    toHalved.channel.publish('', halved, 'without b');
    await premise(toWhole.sendToQueue(whole, numbered(1, 20)));
    expect(toHalved.channel.confirmations.get(2) ?? ['none'], 'the confirm without b').not.toContain('ack');

    await cluster.heal();

    const [confirmation] = await (await producer({ confirms: true })).sendToQueue(halved, 'with b');
    expect(confirmation, 'the confirm when b is back').toBe('ack');
  },
);
