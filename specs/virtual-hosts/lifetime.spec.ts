import { claim, connectionError, docs, expect, mutants, premise } from '#support';

claim(
  'virtual-hosts/vhost-create-delete',
  {
    says: 'A new virtual host has the predeclared exchanges amq.* and nothing else, and lets nobody in without permissions. Deleting it ends its connections with 320 and takes all that is in it: made again under the same name, it has no queue, no policy and no permission of before.',
    documented: [docs('vhosts#creating'), docs('vhosts#deleting')],
    refutedBy: [
      mutants.virtualHostDeletionsIgnored,
      mutants.accessChecksPassedBy,
      mutants.managementEntryMissing('exchanges'),
      mutants.errorCodeChanged(320, 541),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/627',
        affected: { rabbitmq: '<3.7.0' },
        happened: 'connections to a virtual host stayed open when it was deleted',
        seen: { by: mutants.virtualHostDeletionsIgnored },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1300',
        affected: { rabbitmq: '*' },
        happened: 'durable queues of a node that was down were left when their virtual host was deleted',
        seen: { not: 'It takes a cluster of which a node is down.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/4260',
        affected: { rabbitmq: '*' },
        happened: 'a queue that was declared while its virtual host was being deleted was left without one',
        seen: { not: 'It takes a declaration at the very moment of the deletion.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1280',
        affected: { rabbitmq: '*' },
        happened:
          'the node ended, as processes of a virtual host that was deleted were started again and again',
        seen: { not: 'It takes a deletion while the virtual host is being started.' },
      },
    ],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const tenant = await ownVirtualHost();
    const alice = await user();
    const { queues, exchanges, policies, permissions } = management.in(tenant);
    const kept = async () => ({
      queues: (await queues.names()).length,
      policies: (await policies.list()).length,
      permissions: (await permissions.list()).filter(({ user: whose }) => whose === alice.username).length,
    });
    const nothing = { queues: 0, policies: 0, permissions: 0 };
    const refused = connectionError(530, 'NOT_ALLOWED', 'connection.open');

    const predeclared = (await exchanges.list()).map(({ name }) => name);
    for (const type of ['direct', 'fanout', 'headers', 'topic'])
      expect(predeclared, 'the exchanges of a new virtual host').toContain(`amq.${type}`);
    expect(await kept(), 'what a new virtual host has').toEqual(nothing);
    await expect(client({ name: 'alice without permissions', ...alice })).toBeRefused(refused);

    await permissions.put(alice.username, { configure: '.*', write: '.*', read: '.*' });
    await policies.put('brief', { pattern: '.*', definition: { 'message-ttl': 60_000 } });
    const connection = await client({ name: 'alice', ...alice });
    await (await connection.channel()).declareQueue('tasks');
    await premise(async () => expect(await kept()).toEqual({ queues: 1, policies: 1, permissions: 1 }));

    await management.virtualHosts.delete(tenant);
    await expect(connection).toBeRefused(connectionError(320, 'CONNECTION_FORCED'));
    await management.virtualHosts.put(tenant);
    expect(await kept(), 'what another one of this name has').toEqual(nothing);
    await expect(client({ name: 'alice, again without', ...alice })).toBeRefused(refused);
  },
);

claim(
  'virtual-hosts/vhost-protected',
  {
    says: 'A virtual host that is protected from deletion is not deleted, and what is in it stays; when it is protected no longer, it is deleted.',
    documented: [docs('vhosts#deletion-protection')],
    // There is no such protection before
    appliesTo: { rabbitmq: '>=4.1' },
    refutedBy: [mutants.virtualHostProtectionsIgnored, mutants.onceProtectedNeverDeleted],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, management }) => {
    const tenant = await ownVirtualHost();
    const { virtualHosts } = management;
    const tasks = await queue();
    const names = async () => (await virtualHosts.list()).map(({ name }) => name);

    try {
      await virtualHosts.protect(tenant);
      await expect(virtualHosts.delete(tenant)).rejects.toMatchObject({
        name: 'ManagementError',
        status: 412,
      });
      await expect(tasks).toHaveCounters({ ready: 0 });
    } finally {
      await virtualHosts.unprotect(tenant).catch(() => undefined);
    }

    await virtualHosts.delete(tenant).catch(() => undefined);
    expect(await names(), 'the virtual hosts that are left').not.toContain(tenant);
  },
);
