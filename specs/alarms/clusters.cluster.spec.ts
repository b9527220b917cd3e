import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'alarms/cluster-wide',
  {
    says: 'When one node of a cluster runs out of memory, publishers are blocked on every node, until it has enough again.',
    documented: [docs('alarms#effects-on-clusters'), docs('alarms#client-notifications')],
    extensions: ['connection.blocked'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.alarmsOfOneNode('c')],
    needs: ['cluster', 'ctl'],
  },
  async ({ cluster, raw }) => {
    const publishers = [await raw({ node: 'a' }), await raw({ node: 'b' }), await raw({ node: 'c' })];
    try {
      await cluster.control('c', 'set_vm_memory_high_watermark', 'absolute', '1');
      for (const publisher of publishers) {
        // Who published before the alarm was there is blocked by what it publishes next
        await expect(async () => {
          await publisher.send('basic.publish', { routingKey: 'nobody' }, { content: {} });
          return publisher.unread.map((each) => ('name' in each ? each.name : each.type));
        }).toBecome(['connection.blocked']);
        await premise(publisher.expect('connection.blocked'));
      }
    } finally {
      await cluster.control('c', 'set_vm_memory_high_watermark', '0.4');
    }

    for (const publisher of publishers) await expect(publisher.expect('connection.unblocked')).toBeAccepted();
  },
);
