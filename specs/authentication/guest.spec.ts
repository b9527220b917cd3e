import { claim, connectionError, docs, expect, mutants } from '#support';

claim(
  'authentication/guest-loopback',
  {
    says: "The default user guest is let in from the broker's own host alone: from elsewhere the same password is refused with 403, while other users are let in.",
    documented: [docs('access-control#loopback-users'), docs('access-control#default-state')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.errorCodeChanged(403, 530),
      mutants.refusedLoginsUntold,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.3.0.txt',
        affected: { rabbitmq: '>=1.0.0 <3.3.0' },
        happened: 'guest, with a password that everybody knows, was let in from everywhere',
        seen: { by: mutants.accessChecksPassedBy },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration', 'guest', 'ctl'],
  },
  async ({ broker, ownVirtualHost, user, client, management }) => {
    const { amqpFromOwnHost: ownHost } = broker.description();
    const elsewhere = await broker.openToElsewhere();
    const domain = await ownVirtualHost();
    const guest = { username: 'guest', password: 'guest' };
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    await management.in(domain).permissions.put('guest', { configure: '.*', write: '.*', read: '.*' });

    const letIn = client({ name: 'alice, from elsewhere', ...elsewhere, ...alice });
    await expect(letIn).toBeAccepted();
    await expect((await letIn).channel()).toBeAccepted();
    await expect(client({ name: 'guest, from elsewhere', ...elsewhere, ...guest })).toBeRefused(
      connectionError(403, 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN'),
    );

    // In a container nobody but the broker itself is on its own host: there it tells that the password is right
    const onOwnHost =
      ownHost === undefined
        ? broker.control('authenticate_user', guest.username, guest.password)
        : client({ name: 'guest, on the own host', ...ownHost, ...guest });
    await expect(onOwnHost).toBeAccepted();
  },
);
