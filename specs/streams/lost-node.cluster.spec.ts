import { setTimeout as pause } from 'node:timers/promises';
import {
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  notQuorum,
  numbered,
  onNodesAAndB,
  premise,
  readerOnNode,
} from '#support';

/** No time is documented for the election of another leader, in milliseconds. */
const electedWithin = 20_000;

claim(
  'streams/replica-failover',
  {
    says: "When the node of a stream's leader fails, another replica becomes the leader: publishers get their confirms again, and consumers on other nodes go on reading, from where they were.",
    documented: [docs('streams#leader-election'), docs('streams#availability')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [mutants.confirmedAndLost, mutants.deliveryLost(5)],
    needs: ['cluster', 'node_kill'],
    within: 40_000,
  },
  async (stage) => {
    const { client, cluster, producer, uniqueName } = stage;
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const fromTheFirst = { prefetch: 100, work: 0, arguments: { 'x-stream-offset': 'first' } };
    const reader = await readerOnNode(stage, 'c', queue, fromTheFirst);
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(queue, numbered(1, 10)));

    await cluster.kill('b');

    const confirmedAgain = async () => (await sender.sendToQueue(queue, 'again'))[0];
    await expect(confirmedAgain, 'what becomes of a message without b').toBecome('ack', {
      within: electedWithin,
    });
    const confirmations = await sender.sendToQueue(queue, numbered(11, 20));
    expect(new Set(confirmations), 'the confirms without b').toEqual(new Set(['ack']));
    const read = async () => reader?.deliveries.map(({ body }) => body).filter((body) => body !== 'again');
    await expect(read, 'what was read').toBecome(numbered(1, 20));
  },
);

claim(
  'streams/minority',
  {
    says: 'What is published to a stream is confirmed when more than half of its replicas have it: with one of two gone it is not, until that is back.',
    documented: [docs('streams#quorum-requirements'), docs('streams#data-safety')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [mutants.queueArgumentLost('x-initial-cluster-size'), mutants.confirmedTooEarly],
    needs: ['cluster', 'node_kill', 'ctl'],
  },
  async (stage) => {
    const { cluster, producer, queue } = stage;
    const [halved, whole] = [await onNodesAAndB(stage), await queue()];
    // On a connection of its own: RabbitMQ 3.10 now and then ends it with 541 while the stream has no leader
    const toHalved = await producer({ confirms: true, node: 'a' });
    const toWhole = await producer({ confirms: true });
    await premise(toHalved.sendToQueue(halved, 'before'));
    await premise(toWhole.sendToQueue(whole, 'before'));

    await cluster.kill('b');

    toHalved.channel.publish('', halved, 'without b');
    await premise(toWhole.sendToQueue(whole, numbered(1, 20)));
    // One that goes on may have to choose another leader first
    await pause(2_000);
    expect(toHalved.channel.confirmations.get(2) ?? ['none'], 'the confirm without b').not.toContain('ack');

    await cluster.start('b');

    const [confirmation] = await (await producer({ confirms: true })).sendToQueue(halved, 'with b');
    expect(confirmation, 'the confirm when b is back').toBe('ack');
  },
);
