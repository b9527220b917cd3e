import { claim, connectionError, docs, expect, mutants, premise } from '#support';

claim(
  'virtual-hosts/vhost-connections',
  {
    says: 'With max-connections 3 in a virtual host, three connections to it are taken, and the fourth is refused with 530 and told the limit; when one of the three has left, there is room again.',
    documented: [docs('vhosts#limits'), docs('vhosts#configuring-max-connection-limit')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.virtualHostLimitsIgnored,
      mutants.connectionLimitsIgnored(4),
      mutants.errorCodeChanged(530, 403),
    ],
    tags: ['tutorial five', 'access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const domain = await ownVirtualHost();
    const guest = await user({ configure: '.*', write: '.*', read: '.*' });
    const connected = async () =>
      (await management.connections.tracked()).filter(({ vhost }) => vhost === domain).length;

    await management.in(domain).limits.put('max-connections', 3);
    const three = Promise.all([client(guest), client(guest), client(guest)]);
    await expect(three).toBeAccepted();
    await premise(expect(connected, 'connections').toBecome(3));

    await expect(client(guest)).toBeRefused(
      connectionError(530, 'connection limit (3) is reached', 'connection.open'),
    );
    const [first] = await three;
    await first.close();
    await premise(expect(connected, 'connections').toBecome(2));
    const next = client(guest);
    await expect(next).toBeAccepted();
    await expect((await next).channel()).toBeAccepted();
  },
);
