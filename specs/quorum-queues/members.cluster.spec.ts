import { claim, docs, expect, mutants, notClassic } from '#support';

claim(
  'quorum-queues/initial-size',
  {
    says: 'The argument x-quorum-initial-group-size of a quorum queue says how many members it has, among them one on the node whose client declares it; by default it has three.',
    documented: [docs('quorum-queues#group-size'), docs('quorum-queues#leader-placement')],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.queueArgumentLost('x-quorum-initial-group-size'),
      mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1),
    ],
    needs: ['cluster', 'ctl'],
  },
  async ({ client, cluster, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const sizes = [1, 2, 3, undefined];
    const queues = await Promise.all(
      sizes.map(async (size) => {
        const args = size === undefined ? {} : { 'x-quorum-initial-group-size': size };
        return (await onB.declareQueue(uniqueName('members'), { arguments: args })).queue;
      }),
    );

    const members = (await cluster.membersOf(queues)).map((each) => each.members);
    expect(
      members.map(({ length }) => length),
      'the number of members',
    ).toEqual([1, 2, 3, 3]);
    expect(
      members.map((nodes) => nodes.includes('b')),
      'whether one is on node b',
    ).toEqual([true, true, true, true]);
  },
);

claim(
  'quorum-queues/leader-locator',
  {
    says: 'With x-queue-leader-locator client-local, which is the default, a quorum queue has its leader on the node to which the client is connected that declares it.',
    documented: [docs('quorum-queues#leader-placement')],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.leadersAnywhere],
    needs: ['cluster', 'ctl'],
  },
  async ({ client, cluster, uniqueName }) => {
    for (const args of [{}, { 'x-queue-leader-locator': 'client-local' }]) {
      const channel = await (await client({ node: 'c' })).channel();
      const queues = await Promise.all(
        ['one', 'two', 'three'].map((name) => channel.declareQueue(uniqueName(name), { arguments: args })),
      );

      const names = queues.map(({ queue }) => queue);
      await expect(async () => (await cluster.membersOf(names)).map(({ leader }) => leader)).toBecome([
        'c',
        'c',
        'c',
      ]);
    }
  },
);
