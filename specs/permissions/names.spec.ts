import { channelError, claim, connectionError, docs, expect, mutants, notQuorum } from '#support';

const all = { configure: '.*', write: '.*', read: '.*' };

claim(
  'permissions/regex-scope',
  {
    says: "The rights of a user count in one virtual host, for the names that match their regular expressions; '^$' and the empty one match no name at all, not even that of the default exchange.",
    documented: [docs('access-control#authorisation'), docs('access-control#grant-permissions')],
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.virtualHostsTakenForOne,
      mutants.permissionsIgnored,
      mutants.permissionUnchecked('queue.declare', 'queue'),
      mutants.permissionUnchecked('basic.publish', 'exchange'),
      mutants.permissionUnchecked('basic.get', 'queue'),
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const elsewhere = await ownVirtualHost();
    const domain = await ownVirtualHost();
    const alice = await user({ ...all, configure: String.raw`^(orders|invoices)-\d+$` });
    await management.in(elsewhere).permissions.put(alice.username, all);
    const inTheOther = client({ name: 'alice, elsewhere', ...alice, virtualHost: elsewhere });
    await expect(inTheOther).toBeAccepted();
    const [here, there] = [await client({ name: 'alice', ...alice }), await inTheOther];
    for (const name of ['orders-7', 'invoices-12'])
      await expect((await here.channel()).declareQueue(name), name).toBeAccepted();
    for (const name of ['orders-x', 'orders-7-old', 'my-invoices-12']) {
      await expect((await here.channel()).declareQueue(name), name).toBeRefused(
        channelError(403, `access to queue '${name}' in vhost '${domain}'`, 'queue.declare'),
      );
      await expect((await there.channel()).declareQueue(name), `${name}, elsewhere`).toBeAccepted();
    }

    for (const nothing of ['^$', '']) {
      const powerless = await client(await user({ configure: nothing, write: nothing, read: nothing }));
      const publishing = await powerless.channel();
      await expect(
        (await powerless.channel()).declareQueue('orders-8'),
        `configure '${nothing}'`,
      ).toBeRefused(channelError(403, "access to queue 'orders-8'", 'queue.declare'));
      await expect((await powerless.channel()).get('orders-7'), `read '${nothing}'`).toBeRefused(
        channelError(403, "access to queue 'orders-7'", 'basic.get'),
      );
      publishing.publish('', 'orders-7', 'message');
      await expect(publishing, `write '${nothing}'`).toBeRefused(
        channelError(403, "access to exchange 'amq.default'", 'basic.publish'),
      );
    }
  },
);

claim(
  'permissions/server-named',
  {
    says: 'Rights on names that begin with amq.gen are rights on the queues that the broker names: who has these and the default exchange may declare such a queue, send to it and consume from it, and no other queue.',
    documented: [docs('access-control#authorisation'), docs('queues#server-named-queues')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('queue.declare', 'queue'),
      mutants.deniedToUsers('queue.declare'),
      mutants.deniedToUsers('basic.consume'),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ ownVirtualHost, user, client, consumer }) => {
    await ownVirtualHost();
    const own = String.raw`^(amq\.gen.*|amq\.default)$`;
    const bob = await client({ name: 'bob', ...(await user({ configure: own, write: own, read: own })) });
    const channel = await bob.channel();

    const declared = channel.declareQueue('', { exclusive: true, durable: false });
    await expect(declared, 'a queue that the broker names').toBeAccepted();
    const { queue } = await declared;
    channel.publish('', queue, 'for bob');
    const receiver = consumer({ name: queue }, { name: 'bob, consuming', on: channel });
    await expect(receiver, 'consuming').toBeAccepted();
    await expect(await receiver).toReceive(['for bob']);
    await expect((await bob.channel()).declareQueue('hello'), 'another name').toBeRefused(
      channelError(403, "access to queue 'hello'", 'queue.declare'),
    );
  },
);

claim(
  'permissions/no-vhost-access',
  {
    says: 'A user without any permission in a virtual host can not open it: that is a connection error 530. One who was given some, even if these match no name, can.',
    documented: [docs('access-control#authorisation'), docs('access-control#missing-permissions')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.errorCodeChanged(530, 403), mutants.permissionsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/237',
        affected: { rabbitmq: '<3.6.0' },
        happened: 'who opened a virtual host without permissions was told 403 and not 530',
        seen: { by: mutants.errorCodeChanged(530, 403) },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const elsewhere = await ownVirtualHost();
    const domain = await ownVirtualHost();
    const bob = await user();
    const refused = (name: string) =>
      connectionError(530, `access to vhost '${name}' refused for user '${bob.username}'`, 'connection.open');

    await expect(client({ name: 'bob, of nowhere', ...bob })).toBeRefused(refused(domain));

    await management.in(domain).permissions.put(bob.username, { configure: '', write: '', read: '' });
    const allowed = client({ name: 'bob, allowed', ...bob });
    await expect(allowed).toBeAccepted();
    await expect((await allowed).channel()).toBeAccepted();
    await expect(client({ name: 'bob, elsewhere', ...bob, virtualHost: elsewhere })).toBeRefused(
      refused(elsewhere),
    );
  },
);
