import { claim, connectionError, docs, expect, mutants, notClassic, premise } from '#support';

claim(
  'clustering/maintenance',
  {
    says: 'A node that is put into maintenance mode closes the connections of its clients with 320, lets no new ones in, and hands the leaders of its quorum queues to other nodes; when that ends, it lets clients in again.',
    documented: [docs('upgrade#maintenance-mode'), docs('upgrade#enabling-maintenance-mode')],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.errorCodeChanged(320, 541)],
    needs: ['cluster', 'maintenance', 'ctl'],
    appliesTo: { rabbitmq: '>=3.8.8' },
  },
  async ({ client, cluster, uniqueName }) => {
    const onB = await client({ node: 'b' });
    const { queue } = await (await onB.channel()).declareQueue(uniqueName('led-by-b'));
    const leader = async () => (await cluster.membersOf([queue]))[0]?.leader;
    await premise(expect(leader).toBecome('b'));

    await cluster.drain('b');

    await expect(onB).toBeRefused(connectionError(320, 'CONNECTION_FORCED'));
    await expect(leader).toBecome(expect.stringMatching(/a|c/));
    const came = await client({ node: 'b' }).catch(() => 'nobody');
    expect(came, 'who was let in').toBe('nobody');

    await cluster.revive('b');

    await expect(client({ node: 'b' })).toBeAccepted();
  },
);
