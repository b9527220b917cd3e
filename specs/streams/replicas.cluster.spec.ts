import { claim, docs, expect, mutants, notClassic, notQuorum, premise, readerOnNode } from '#support';

claim(
  'streams/initial-cluster-size',
  {
    says: 'The argument x-initial-cluster-size of a stream says on how many nodes it is, among them the one whose client declares it; by default it is on all three.',
    documented: [docs('streams#replication-factor'), docs('streams#leader-election')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.queueArgumentLost('x-initial-cluster-size'),
      mutants.queueArgumentAssumed('x-initial-cluster-size', 1),
    ],
    needs: ['cluster', 'ctl'],
  },
  async ({ client, cluster, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const queues: string[] = [];
    for (const size of [1, 2, 3, undefined]) {
      const args = size === undefined ? {} : { 'x-initial-cluster-size': size };
      queues.push((await onB.declareQueue(uniqueName('replicas'), { arguments: args })).queue);
    }

    const replicas = (await cluster.membersOf(queues)).map(({ members }) => members);
    expect(
      replicas.map(({ length }) => length),
      'the number of replicas',
    ).toEqual([1, 2, 3, 3]);
    expect(
      replicas.map((nodes) => nodes.includes('b')),
      'whether one is on node b',
    ).toEqual([true, true, true, true]);
  },
);

claim(
  'streams/consumer-cancel',
  {
    says: 'When a stream is deleted, its consumers are told by a basic.cancel, on whatever node they are; their channels go on.',
    documented: [docs('consumer-cancel#overview'), docs('streams#behaviour')],
    extensions: ['consumer_cancel_notify'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [mutants.cancelNotificationsLost, mutants.cancelNotificationLost(2)],
    needs: ['cluster'],
  },
  async (stage) => {
    const { openChannel, queue } = stage;
    const log = await queue();
    const readers = [];
    // Not on b: 4.3.6 now and then refuses there who consumes, once the node was killed and is back
    for (const node of ['a', 'c'] as const)
      readers.push(await readerOnNode(stage, node, log, { name: `on ${node}`, prefetch: 10 }));

    await log.delete();

    for (const { channel, name, tag } of readers) {
      await expect(async () => channel.cancelled, `what was cancelled of ${name}`).toBecome([tag]);
      await expect(channel.qos(20)).toBeAccepted();
    }
    await premise(openChannel());
  },
);
