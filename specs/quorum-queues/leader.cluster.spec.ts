import {
  claim,
  type Consumer,
  docs,
  expect,
  mutants,
  notClassic,
  numbered,
  onNodesAAndB,
  premise,
} from '#support';

claim(
  'quorum-queues/leader-failover',
  {
    says: "When the node of a quorum queue's leader fails, another member becomes the leader: what was confirmed is there, consumers on other nodes go on, and publishers too.",
    documented: [docs('quorum-queues#leader-election'), docs('quorum-queues#data-safety')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1),
      mutants.confirmedAndLost,
      mutants.deliveryLost(12),
    ],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const reader = await consumer(queue, { work: 0, as: { node: 'c' } });
    const sender = await producer({ confirms: true });
    await premise(async () => {
      const confirmations = await sender.sendToQueue(queue, numbered(1, 10));
      expect(new Set(confirmations)).toEqual(new Set(['ack']));
    });

    await cluster.kill('b');

    expect(new Set(await sender.sendToQueue(queue, numbered(11, 20))), 'the confirms').toEqual(
      new Set(['ack']),
    );
    await expect(async () => [...new Set(bodiesOf(reader))]).toBecome(numbered(1, 20));
  },
);

claim(
  'quorum-queues/minority',
  {
    says: 'A quorum queue needs more than half of its members: without them nothing that is published to it is confirmed or delivered, until they are back.',
    documented: [docs('quorum-queues#quorum-requirements'), docs('quorum-queues#availability')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.queueArgumentLost('x-quorum-initial-group-size'), mutants.confirmedTooEarly],
    needs: ['cluster', 'node_kill', 'ctl'],
  },
  async (stage) => {
    const { cluster, consumer, producer, queue } = stage;
    const halved = await onNodesAAndB(stage);
    const reader = await consumer(halved, { noAck: true });
    const [sender, other] = [await producer({ confirms: true }), await producer({ confirms: true })];
    await premise(sender.sendToQueue(halved, 'before'));
    await premise(expect(reader).toReceive(['before']));
    const whole = await queue();

    await cluster.kill('b');

    sender.channel.publish('', halved, 'without b');
    const others = await premise(other.sendToQueue(whole, numbered(1, 20)));
    await premise(() => expect(new Set(others)).toEqual(new Set(['ack'])));
    expect(sender.channel.confirmations.get(2) ?? ['none'], 'the confirm without b').not.toContain('ack');
    expect(bodiesOf(reader), 'what was delivered without b').toEqual(['before']);

    await cluster.start('b');

    const [confirmation] = await (await producer({ confirms: true })).sendToQueue(halved, 'with b');
    expect(confirmation, 'the confirm when b is back').toBe('ack');
    await expect(async () => bodiesOf(reader)).toBecome(expect.arrayContaining(['before', 'with b']));
  },
);

function bodiesOf({ deliveries }: Consumer): string[] {
  return deliveries.map(({ body }) => body);
}
