import { claim, connectionError, docs, expect, mutants, premise, roundTrip, table } from '#support';

claim(
  'authentication/failure-close',
  {
    says: 'A client that announces authentication_failure_close is told by connection.close with 403 that it is not let in, before its connection ends.',
    documented: [
      docs('auth-notification#usage'),
      docs('auth-notification#overview'),
      docs('access-control#authentication-failure-notifications-in-amqp-0-9-1'),
    ],
    extensions: ['authentication_failure_close'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.refusedLoginsUntold,
      mutants.errorCodeChanged(403, 530),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.2.0.txt',
        affected: { rabbitmq: '<3.2.0' },
        happened: 'no client could be told that its password is wrong, which looked like a broken network',
        seen: { by: mutants.refusedLoginsUntold },
      },
    ],
    tags: ['access and security'],
  },
  async ({ client: connect, raw }) => {
    const wrong = connect({ name: 'wrong password', password: crypto.randomUUID() });
    await expect(wrong).toBeRefused(connectionError(403, 'ACCESS_REFUSED'));

    const client = await raw({
      password: crypto.randomUUID(),
      until: 'connection.start-ok',
      startOk: {
        clientProperties: table({ capabilities: { authentication_failure_close: true } }),
      },
    });

    await expect(client).toBeRefused(connectionError(403, 'ACCESS_REFUSED'));
    await client.send('connection.close-ok');
    await client.expectEnd();
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'authentication/failure-drop',
  {
    says: 'A client that does not announce authentication_failure_close is not told why it is not let in: its TCP connection ends without a method.',
    documented: [docs('auth-notification#usage'), docs('auth-notification#overview')],
    appliesTo: { rabbitmq: '*' },
    extensions: ['authentication_failure_close'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.refusedLoginsToldToAll],
    tags: ['access and security'],
  },
  async ({ raw }) => {
    const client = await raw({
      password: crypto.randomUUID(),
      until: 'connection.start-ok',
      startOk: { clientProperties: table({ product: 'of old' }) },
    });

    // RabbitMQ takes some seconds, so that nobody can try many passwords
    await client.expectEnd();
    expect(
      client.unread.map((said) => ('name' in said ? said.name : said.type)),
      'what the broker says',
    ).toEqual([]);
    await premise(async () => roundTrip(await raw()));
  },
);
