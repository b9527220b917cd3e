import { channelError, claim, connectionError, docs, expect, isLetIn, mutants } from '#support';

claim(
  'virtual-hosts/vhost-connections',
  {
    says: 'With max-connections 3 in a virtual host, three connections to it are taken, and the fourth is refused with 530 and told the limit; when one of the three has left, there is room again.',
    documented: [docs('vhosts#limits'), docs('vhosts#configuring-max-connection-limit')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.virtualHostLimitsIgnored,
      mutants.virtualHostLimitOff('max-connections', 1),
      mutants.errorCodeChanged(530, 403),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1547',
        affected: { rabbitmq: '*' },
        happened: 'more connections than the limit allows were taken when they came at once',
        seen: {
          not: 'A limit that is late is not against the claim, and no client sees when a connection is counted.',
        },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2380',
        affected: { rabbitmq: '<3.8.10' },
        happened: 'connections to virtual hosts that had been deleted were kept among those that are counted',
        seen: { not: 'What is kept of a deleted virtual host shows when the broker starts again.' },
      },
    ],
    tags: ['tutorial five', 'access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const domain = await ownVirtualHost();
    const guest = await user({ configure: '.*', write: '.*', read: '.*' });
    // RabbitMQ counts a connection a moment after it has let it in, or closed it
    const hasRoom = async () => await isLetIn(client(guest));

    await management.in(domain).limits.put('max-connections', 3);
    const three = Promise.all([client(guest), client(guest), client(guest)]);
    await expect(three).toBeAccepted();

    await expect(hasRoom, 'whether a fourth is let in').toBecome(false);
    await expect(client(guest)).toBeRefused(
      connectionError(530, 'connection limit (3) is reached', 'connection.open'),
    );
    const [first, second] = await three;
    await first.close();
    await expect(hasRoom, 'whether there is room again').toBecome(true);
    await expect(second.channel()).toBeAccepted();
  },
);

claim(
  'virtual-hosts/vhost-queues',
  {
    says: 'With max-queues 2 in a virtual host, two queues can be declared there; a third is refused with 406 and told the limit, while the two may be declared again, and there is room when one of them is deleted, and for any number when the limit is cleared.',
    documented: [
      docs('vhosts#configuring-max-number-of-queues'),
      docs('vhosts#clearing-virtual-host-limits'),
      docs('limits#per-virtual-host'),
    ],
    refutedBy: [
      mutants.virtualHostLimitsIgnored,
      mutants.declarationsCounted(2),
      mutants.virtualHostLimitsNeverCleared,
      mutants.errorCodeChanged(406, 403),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/13509',
        affected: { rabbitmq: '*' },
        happened: 'a virtual host had more queues than its limit allows',
        seen: { by: mutants.virtualHostLimitsIgnored },
      },
    ],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, client, management }) => {
    const { limits } = management.in(await ownVirtualHost());
    await limits.put('max-queues', 2);
    const connection = await client({ name: 'client' });
    const declared = async (name: string) => await (await connection.channel()).declareQueue(name);

    for (const name of ['first', 'second', 'second', 'first']) await expect(declared(name)).toBeAccepted();
    await expect(declared('third')).toBeRefused(
      channelError(406, /PRECONDITION_FAILED - .*queue limit .*\(2\)/, 'queue.declare'),
    );
    await (await connection.channel()).deleteQueue('first');
    await expect(declared('third')).toBeAccepted();
    await limits.delete('max-queues');
    for (const name of ['fourth', 'fifth']) await expect(declared(name)).toBeAccepted();
  },
);

claim(
  'virtual-hosts/vhost-connections-blocked',
  {
    says: 'With max-connections 0 in a virtual host, every connection to it is refused with 530, and those to other virtual hosts are taken; with -1, there is no limit.',
    documented: [docs('vhosts#configuring-max-connection-limit'), docs('limits#per-virtual-host')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.virtualHostLimitsIgnored,
      mutants.virtualHostLimitsNeverChanged,
      mutants.connectionLimitsIgnored(1),
      mutants.errorCodeChanged(530, 403),
    ],
    needs: ['management', 'administration'],
  },
  async ({ virtualHost, ownVirtualHost, client, management }) => {
    const elsewhere = await virtualHost();
    const { limits } = management.in(await ownVirtualHost());

    await limits.put('max-connections', 0);
    await expect(client({ name: 'blocked' })).toBeRefused(
      connectionError(530, 'connection limit (0) is reached', 'connection.open'),
    );
    const other = client({ name: 'elsewhere', virtualHost: elsewhere });
    await expect(other).toBeAccepted();
    await expect((await other).channel()).toBeAccepted();

    await limits.put('max-connections', -1);
    const unblocked = client({ name: 'unblocked' });
    await expect(unblocked).toBeAccepted();
    await expect((await unblocked).channel()).toBeAccepted();
  },
);
