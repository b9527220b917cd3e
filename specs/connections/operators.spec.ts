import {
  claim,
  docs,
  expect,
  mutants,
  premise,
  connectionError,
  roundTrip,
  specification,
  table,
} from '#support';

claim(
  'connections/operator-close',
  {
    says: 'When an operator closes a connection by the management API, its client is told connection error 320 with the reason that was given, before the connection ends; what it had unacknowledged goes back to its queue.',
    documented: [docs('connections#lifecycle'), docs('management#http-api'), specification('2.3.7', 1)],
    refutedBy: [mutants.errorCodeChanged(320, 541)],
    needs: ['management', 'administration'],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-beta8---2022-11-29',
        affected: { lavinmq: '<1.0.0-beta.8' },
        happened: 'the TCP connection was not closed as soon as close-ok had come',
        seen: { not: 'That product is not at hand; how soon is promised by nobody.' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer, management, uniqueName }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const called = uniqueName('client');
    const client = await raw({ startOk: { clientProperties: table({ connection_name: called }) } });
    await client.send('basic.get', { queue: tasks.name });
    await premise(client.expect('basic.get-ok'));
    const own = async () =>
      (await management.connections.list()).find((each) => each.user_provided_name === called)?.name;
    await premise(() => expect(async () => (await own()) !== undefined).toBecome(true));

    await management.connections.close((await own()) ?? '', 'because it is late');

    await expect(client).toBeRefused(connectionError(320, /^CONNECTION_FORCED - because it is late/));
    await client.send('connection.close-ok');
    await client.expectEnd();
    await expect(tasks).toReceive([{ body: 'task', redelivered: true }]);
  },
);

claim(
  'connections/update-secret',
  {
    says: 'A client may give a new secret while its connection is open: it is answered with update-secret-ok, and its channels and consumers go on.',
    documented: [docs('extensions#authentication-and-identity')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.newSecretsEndTheConnection,
      mutants.newSecretsUnanswered,
      mutants.newSecretsCancelConsumers,
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer, broker }) => {
    const tasks = await queue();
    const client = await raw();
    await client.send('basic.consume', { queue: tasks.name });
    await premise(client.expect('basic.consume-ok'));
    const newSecret = broker.description().password;

    await client.send('connection.update-secret', { newSecret, reason: 'the old one gets old' });

    await client.expect('connection.update-secret-ok');
    await (await producer()).sendToQueue(tasks, 'task');
    expect((await client.expect('basic.deliver')).body.toString(), 'the body of the delivery').toBe('task');
    await roundTrip(client);
    expect(client.unread, 'what else came').toEqual([]);
  },
);
