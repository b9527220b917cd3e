import {
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  plain,
  premise,
  roundTrip,
  rule,
  type Stage,
  specification,
} from '#support';

type RawConnection = Awaited<ReturnType<Stage['raw']>>;

/** The names of the methods that came and were not expected. */
function unexpected({ unread }: RawConnection): unknown[] {
  return unread.map((said) => ('name' in said ? said.name : said.type));
}

/** The broker ends the TCP connection of a client that answers connection.tune with one more than was proposed. */
async function expectLimitsRefused(client: RawConnection, limit: 'channelMax' | 'frameMax'): Promise<void> {
  const { channelMax = 0, frameMax = 0 } = client.said.tune ?? {};
  const proposed = { channelMax, frameMax };
  await premise(() => expect(proposed[limit]).toBeGreaterThan(0));

  await client.send('connection.tune-ok', { ...proposed, [limit]: proposed[limit] + 1 });
  await client.send('connection.open', { virtualHost: '/' });

  await client.expectEnd();
  expect(unexpected(client), 'what the broker says to it').not.toContain('connection.open-ok');
}

claim(
  'connections/server-properties',
  {
    says: 'connection.start says which product the broker is, in which version and on which platform, and lists what it is capable of.',
    documented: [
      rule('connection/start/server-properties/required-fields'),
      docs('connections#capabilities'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.serverPropertiesLost],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();
    const properties = plain(client.said.start?.serverProperties ?? []);

    expect(properties, 'the properties of the server').toMatchObject({
      product: expect.stringMatching(/./),
      version: expect.stringMatching(/\d/),
      platform: expect.stringMatching(/./),
      capabilities: expect.any(Object),
    });
    await premise(roundTrip(client));
  },
);

claim(
  'connections/capabilities',
  {
    says: 'RabbitMQ says in connection.start that it is capable of bindings between exchanges, of telling consumers that they are cancelled, of basic.nack and of publisher confirms.',
    documented: [docs('connections#capabilities')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.capabilityDenied('basic.nack'), mutants.serverPropertiesLost],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    expect(plain(client.said.start?.serverProperties ?? []), 'the properties of the server').toMatchObject({
      capabilities: {
        exchange_exchange_bindings: true,
        consumer_cancel_notify: true,
        'basic.nack': true,
        publisher_confirms: true,
      },
    });
    await premise(roundTrip(client));
  },
);

claim(
  'connections/locale-mechanisms',
  {
    says: 'connection.start offers the locale en_US, and mechanisms of authentication.',
    documented: [rule('connection/start/locales/required-support'), docs('access-control#mechanisms')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.localesLost, mutants.mechanismsLost],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();
    const { locales = '', mechanisms = '' } = client.said.start ?? {};

    expect(locales.toString().split(' '), 'locales').toContain('en_US');
    expect(mechanisms.toString(), 'mechanisms').toMatch(/\w/);
    await premise(roundTrip(client));
  },
);

claim(
  'connections/channelmax-lower-ok',
  {
    says: 'A client may ask for fewer channels than the broker proposes, and that counts: a channel with the highest number opens.',
    documented: [docs('channels#channel-max'), specification('2.3.3', 5)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.agreedChannelMaxOneLess],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { channelMax: 3 } });

    for (const channel of [2, 3]) {
      await client.send('channel.open', {}, { channel });
      await client.expect('channel.open-ok', { channel });
    }

    await roundTrip(client, 3);
  },
);

claim(
  'connections/channelmax-exceeded',
  {
    says: 'Opening one channel more than was agreed upon is a connection error 530.',
    documented: [docs('channels#channel-max')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.agreedChannelMaxForgotten, mutants.errorCodeChanged(530, 504)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { channelMax: 3 } });
    for (const channel of [2, 3]) {
      await client.send('channel.open', {}, { channel });
      await premise(client.expect('channel.open-ok', { channel }));
      await premise(roundTrip(client, channel));
    }

    await client.send('channel.open', {}, { channel: 4 });

    await expect(client).toBeRefused(connectionError(530, 'NOT_ALLOWED'));
  },
);

claim(
  'connections/framemax-too-low',
  {
    says: 'A largest frame below the minimum of AMQP 0-9-1, 4096 octets, is refused: the broker ends the connection, and does not open it.',
    documented: [rule('connection/tune-ok/frame-max/minimum')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.limitsNotChecked],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ until: 'connection.tune-ok', tuneOk: { frameMax: 1024 } });
    await client.send('connection.open', { virtualHost: '/' });

    await client.expectEnd();
    expect(unexpected(client), 'what the broker says to it').not.toContain('connection.open-ok');
  },
);

claim(
  'connections/framemax-too-high',
  {
    says: 'A largest frame above what the broker proposes is refused: the broker ends the TCP connection, and does not open it.',
    documented: [rule('connection/tune-ok/frame-max/upper-limit'), specification('2.3.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.limitsNotChecked],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    await expectLimitsRefused(await raw({ until: 'connection.tune' }), 'frameMax');
  },
);

claim(
  'connections/channelmax-higher-refused',
  {
    says: 'More channels than the broker proposes are refused: the broker ends the TCP connection, and does not open it.',
    documented: [rule('connection/tune-ok/channel-max/upper-limit'), specification('2.3.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.limitsNotChecked],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    await expectLimitsRefused(await raw({ until: 'connection.tune' }), 'channelMax');
  },
);

claim(
  'connections/vhost-unknown',
  {
    says: 'Opening a virtual host that is not there is a connection error: 530, or the 402 that AMQP 0-9-1 has for it.',
    documented: [rule('connection/open/virtual-host/security')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorCodeChanged(530, 403)],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const client = await raw({ until: 'connection.tune-ok' });

    await client.send('connection.open', { virtualHost: uniqueName('nowhere') });

    const { replyCode, ...blamed } = (await client.expect('connection.close')).arguments;
    expect([402, 530], 'the codes for a virtual host that is not there').toContain(replyCode);
    expect(blamed, 'what it blames').toMatchObject({ classId: 10, methodId: 40 });
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/opened-in-turn',
  {
    says: 'A connection opens with start, tune and open-ok, each of which the broker says once, and closing it is answered with close-ok and nothing more.',
    documented: [specification('2.2.4')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.closesAnsweredTwice],
    tags: ['the wire'],
  },
  async ({ raw, broker, virtualHost }) => {
    const { username, password } = broker.description();
    const host = await virtualHost();
    const client = await raw({ until: 'connection.start' });

    await client.send('connection.start-ok', {
      mechanism: 'PLAIN',
      response: `\0${username}\0${password}`,
      locale: 'en_US',
    });
    const { arguments: tune } = await client.expect('connection.tune');
    await client.send('connection.tune-ok', { ...tune, heartbeat: 0 });
    await client.send('connection.open', { virtualHost: host });
    await client.expect('connection.open-ok');
    await client.send('channel.open');
    await premise(client.expect('channel.open-ok'));
    await premise(roundTrip(client));
    await client.send('connection.close', { replyCode: 200 });
    await client.expect('connection.close-ok');

    client.end();
    await client.expectEnd();
    expect(client.unread, 'what else came').toEqual([]);
  },
);
