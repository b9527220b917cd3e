import { claim, docs, expect, mutants } from '#support';

claim(
  'permissions/http-quorum-status',
  {
    says: 'A user of the management API who has no access to a virtual host is not told the state of a quorum queue in it; one who has is told it.',
    documented: [docs('management#permissions'), docs('access-control#authorisation')],
    // Earlier versions do not tell it at all
    appliesTo: { rabbitmq: '>=4.0' },
    extensions: ['quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.quorumStatusUnchecked],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16104',
        affected: { rabbitmq: '>=4.0.5 <4.2.6' },
        happened:
          'every user of the management API was told the state of quorum queues in virtual hosts that were none of theirs',
        seen: { on: 'rabbitmq 4.0.5' },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, queue, broker, management }) => {
    const domain = await ownVirtualHost();
    const alice = await user({ configure: '', write: '', read: '.*' });
    const mallory = await user();
    for (const { username, password } of [alice, mallory])
      await management.users.put(username, { password, tags: ['management'] });
    const orders = await queue({ arguments: { 'x-queue-type': 'quorum' } });
    const path = `/api/queues/quorum/${encodeURIComponent(domain)}/${orders.name}/status`;
    const asked = async ({ username, password }: typeof alice) => {
      const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
      return (await fetch(`${broker.description().managementUrl}${path}`, { headers })).status;
    };

    expect(await asked(alice), 'the status for who has access').toBe(200);
    expect(await asked(mallory), 'the status for who has none').toBeGreaterThanOrEqual(400);
  },
);
