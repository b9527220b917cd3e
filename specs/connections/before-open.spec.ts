import {
  claim,
  docs,
  expect,
  frames,
  mutants,
  premise,
  roundTrip,
  rule,
  type Stage,
  specification,
  table,
} from '#support';

type RawConnection = Awaited<ReturnType<Stage['raw']>>;

/** The broker ends the TCP connection, and says nothing more before that. */
async function expectSilentEnd(client: RawConnection): Promise<void> {
  // RabbitMQ takes 3 s to end some; what it says instead is not to wait for that
  const next = await Promise.race([client.next(10_000), client.expectEnd()]);
  const said = typeof next === 'object' ? [next, ...client.unread] : client.unread;
  expect(
    said.map((each) => ('name' in each ? each.name : each.type)),
    'what the broker says before it ends the connection',
  ).toEqual([]);
  await client.expectEnd();
}

/** A log-in by PLAIN that fills a frame of so many octets. */
function login(octets: number, { username, password }: { username: string; password: string }) {
  const startOk = (comment: string) =>
    frames.method(0, 'connection.start-ok', {
      clientProperties: table({ comment }),
      mechanism: 'PLAIN',
      response: `\0${username}\0${password}`,
      locale: 'en_US',
    });
  return startOk('x'.repeat(octets - startOk('').bytes.length));
}

claim(
  'connections/open-before-auth',
  {
    says: 'A client that has not logged in opens no connection: connection.open, or connection.tune-ok with connection.open after it, ends the TCP connection.',
    documented: [specification('4.2.2'), specification('2.2.4')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.openedWithoutLogin],
    tags: ['the wire'],
  },
  async ({ raw, virtualHost }) => {
    const [opening, tuning] = await Promise.all([
      raw({ until: 'connection.start' }),
      raw({ until: 'connection.start' }),
    ]);
    const open = { virtualHost: await virtualHost() };

    await opening.send('connection.open', open);
    await tuning.together(() => [
      tuning.send('connection.tune-ok', { channelMax: 10, frameMax: 8_192 }),
      tuning.send('connection.open', open),
    ]);

    for (const client of [opening, tuning]) {
      await client.expectEnd();
      const said = client.unread.map((each) => ('name' in each ? each.name : each.type));
      expect(said, 'what the broker says').not.toContain('connection.open-ok');
    }
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/early-error-silent',
  {
    says: 'An error before a connection is tuned ends the TCP connection without another word: a method out of turn, a frame that ends wrong.',
    documented: [specification('2.2.4', 1), specification('4.2.3', 2)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.earlyErrorsTold, mutants.frameEndsMended],
    tags: ['the wire'],
  },
  async ({ raw, virtualHost }) => {
    const [opening, tuning, spoilt] = await Promise.all([
      raw({ until: 'connection.start' }),
      raw({ until: 'connection.tune' }),
      raw({ until: 'connection.tune' }),
    ]);
    const open = { virtualHost: await virtualHost() };

    await opening.send('connection.open', open);
    await tuning.send('connection.open', open);
    await spoilt.sendFrame(
      frames.method(0, 'connection.tune-ok', { channelMax: 10, frameMax: 8_192 }).with({ end: 0xcf }),
    );
    await spoilt.send('connection.open', open);

    await Promise.all([opening, tuning, spoilt].map((client) => expectSilentEnd(client)));
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/late-error-silent',
  {
    says: 'An error after a connection is tuned and before it is open ends the TCP connection without another word as well.',
    documented: [specification('2.2.4', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.unknownFramesSkipped],
    tags: ['the wire'],
  },
  async ({ raw, virtualHost }) => {
    const client = await raw({ until: 'connection.tune-ok' });

    await client.sendFrame(frames.heartbeat.with({ type: 7 }));
    await client.send('connection.open', { virtualHost: await virtualHost() });
    // A broker that says why waits for this
    await client.send('connection.close-ok');

    await expectSilentEnd(client);
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/mechanism-unknown',
  {
    says: 'A mechanism of authentication that the broker has not offered ends the TCP connection, without another word where the client has not asked for one.',
    documented: [rule('connection/start-ok/mechanism/validity'), docs('access-control#mechanisms')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.unknownMechanismsTakenForPlain],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({
      until: 'connection.start-ok',
      startOk: { mechanism: 'X-SECRET-HANDSHAKE', clientProperties: [] },
    });

    await expectSilentEnd(client);
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/preauth-frame-minimum',
  {
    says: 'Before a connection is tuned, the broker takes frames of 4096 octets, the least that AMQP 0-9-1 demands.',
    documented: [rule('connection/tune/frame-max/minimum')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.firstFramesLimitedTooTightly],
    tags: ['the wire'],
  },
  async ({ raw, broker }) => {
    const client = await raw({ until: 'connection.start' });

    await client.sendFrame(login(4_096, broker.description()));

    await client.expect('connection.tune');
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/preauth-frame-limit',
  {
    says: 'Before a connection is tuned, RabbitMQ takes no frame above 8192 octets: it ends the TCP connection.',
    documented: [docs('limits#per-connection')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.largeFirstFramesTaken],
    tags: ['the wire'],
  },
  async ({ raw, broker }) => {
    const client = await raw({ until: 'connection.start' });

    await client.sendFrame(login(8_192 + 100, broker.description()));

    await expectSilentEnd(client);
    await premise(async () => roundTrip(await raw()));
  },
);
