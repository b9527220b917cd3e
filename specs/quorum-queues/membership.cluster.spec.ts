import { claim, docs, expect, mutants, notClassic, numbered, premise, type Stage } from '#support';

claim(
  'quorum-queues/membership',
  {
    says: 'Members of a quorum queue are added and removed while it is in use: add_member adds one on a node, delete_member removes one, grow adds one on a node to all queues of a pattern, and nothing that was confirmed is lost by it.',
    documented: [docs('quorum-queues#member-management'), docs('quorum-queues#leader-election')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.confirmedAndLost, mutants.publishLost(12), mutants.publishesSwapped],
    needs: ['cluster', 'ctl'],
  },
  async (stage) => {
    const { existingQueue, openChannel, producer, uniqueName } = stage;
    const { queue } = await (
      await openChannel()
    ).declareQueue(uniqueName('grown'), { arguments: { 'x-quorum-initial-group-size': 1 } });
    const sender = await producer({ confirms: true });
    const where = ['-p', await stage.virtualHost()];
    const [b, c] = [erlangNameOf(stage, 'b'), erlangNameOf(stage, 'c')];
    const members = async () => (await stage.cluster.membersOf([queue]))[0]?.members;
    await premise(sender.sendToQueue(queue, numbered(1, 10)));

    await administer(stage, 'add_member', ...where, queue, b);
    await premise(sender.sendToQueue(queue, numbered(11, 20)));
    await administer(stage, 'grow', c, 'all', '--queue-pattern', queue);
    await expect(members, 'the members').toBecome(['a', 'b', 'c']);
    await administer(stage, 'delete_member', ...where, queue, b);
    await expect(members, 'the members').toBecome(['a', 'c']);
    await premise(sender.sendToQueue(queue, numbered(21, 30)));

    await expect(await existingQueue(queue)).toReceive(numbered(1, 30));
  },
);

claim(
  'quorum-queues/rebalancing',
  {
    says: 'rabbitmq-queues rebalance spreads the leaders of the quorum queues of a pattern over the nodes, on which their members stay.',
    documented: [docs('quorum-queues#member-rebalancing')],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.queueArgumentAssumed('x-quorum-initial-group-size', 1)],
    needs: ['cluster', 'ctl'],
  },
  async (stage) => {
    const channel = await stage.openChannel();
    const names = ['one', 'two', 'three'].map((name) => stage.uniqueName(`balanced-${name}`));
    for (const name of names) await channel.declareQueue(name);

    // Only one goes on at a time in a cluster, whoever has asked for it
    const rebalanced = async () =>
      await administer(stage, 'rebalance', 'quorum', '--queue-pattern', names.join('|')).then(
        () => 'done',
        (error: Error) => {
          if (error.message.includes('rebalance_in_progress')) return 'another goes on';
          throw error;
        },
      );
    await premise(expect(rebalanced, 'the rebalancing').toBecome('done', { within: 20_000 }));

    await expect(async () => {
      const members = await stage.cluster.membersOf(names);
      return {
        leaders: members.map(({ leader = 'none' }) => leader).toSorted(),
        members: members.map((each) => each.members),
      };
    }, 'the leaders and members').toBecome({
      leaders: ['a', 'b', 'c'],
      members: names.map(() => ['a', 'b', 'c']),
    });
  },
);

function erlangNameOf({ broker }: Stage, node: 'b' | 'c'): string {
  return broker.description().nodes?.find(({ name }) => name === node)?.erlangName ?? '';
}

/** Runs `rabbitmq-queues`. */
async function administer({ cluster }: Stage, ...args: string[]): Promise<void> {
  await cluster.control('a', '--script-name', 'rabbitmq-queues', ...args);
}
