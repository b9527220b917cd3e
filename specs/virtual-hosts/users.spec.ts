import { claim, connectionError, docs, expect, isLetIn, mutants, premise } from '#support';

claim(
  'virtual-hosts/user-connections',
  {
    says: 'With max-connections 2, a user has two connections at the most, over all virtual hosts: a third is refused with 530 and told the limit, while other users are let in; once the limit is cleared, the user is let in too.',
    documented: [docs('user-limits#connections'), docs('user-limits#clearing'), docs('limits#per-user')],
    // There are no such limits before
    appliesTo: { rabbitmq: '>=3.8.10' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.userLimitsIgnored,
      mutants.userLimitsNeverCleared,
      mutants.errorCodeChanged(530, 403),
    ],
    needs: ['management', 'administration'],
  },
  async ({ virtualHost, ownVirtualHost, user, client, management }) => {
    const anywhere = { configure: '.*', write: '.*', read: '.*' };
    const there = await virtualHost();
    await ownVirtualHost();
    const [alice, bob] = [await user(anywhere), await user(anywhere)];
    await management.in(there).permissions.put(alice.username, anywhere);
    const limits = management.users.limits(alice.username);
    // RabbitMQ counts a connection a moment after it has let it in
    const mayComeAgain = async () => await isLetIn(client(alice));

    await limits.put('max-connections', 2);
    await expect(client(alice)).toBeAccepted();
    await expect(client({ ...alice, virtualHost: there })).toBeAccepted();

    await expect(mayComeAgain, 'whether alice is let in once more').toBecome(false);
    await expect(client(alice)).toBeRefused(
      connectionError(530, 'user connection limit (2) is reached', 'connection.open'),
    );
    await expect(client(bob)).toBeAccepted();
    await limits.delete('max-connections');
    const again = client({ name: 'alice, again', ...alice });
    await expect(again).toBeAccepted();
    await expect((await again).channel()).toBeAccepted();
  },
);

claim(
  'virtual-hosts/user-channels',
  {
    says: 'With max-channels 2, a user has two channels at the most, over all connections: a third ends its connection with 530, and the other connection goes on; once the limit is cleared, a third is opened.',
    documented: [docs('user-limits#channels'), docs('user-limits#clearing'), docs('limits#per-user')],
    // There are no such limits before
    appliesTo: { rabbitmq: '>=3.8.10' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.userLimitsIgnored,
      mutants.userLimitsNeverCleared,
      mutants.errorCodeChanged(530, 504),
    ],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const domain = await ownVirtualHost();
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    const limits = management.users.limits(alice.username);
    const opened = async () => (await management.in(domain).channels()).length;
    const [one, another] = [
      await client({ ...alice, name: 'one' }),
      await client({ ...alice, name: 'another' }),
    ];

    await limits.put('max-channels', 2);
    await expect(one.channel()).toBeAccepted();
    await expect(another.channel()).toBeAccepted();
    // It counts channels after it has opened them
    await premise(expect(opened, "alice's channels").toBecome(2));

    await expect(another.channel()).toBeRefused(connectionError(530, /NOT_ALLOWED - .*user limit of \(?2\b/));
    await limits.delete('max-channels');
    for (let channel = 2; channel <= 3; channel += 1) await expect(one.channel()).toBeAccepted();
  },
);
