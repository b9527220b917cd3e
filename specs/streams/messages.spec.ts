import { claim, docs, expect, mutants, notClassic, notQuorum } from '#support';

claim(
  'streams/properties-kept',
  {
    says: 'A message comes from a stream with the body and the properties that it was published with, and with those of its headers that are text, numbers, booleans or void.',
    documented: [docs('streams#limitations-message-encoding')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.propertyLost('content-type'),
      mutants.propertyLost('correlation-id'),
      mutants.propertyLost('delivery-mode'),
      mutants.propertyLost('user-id'),
      mutants.propertyIgnored('expiration'),
      mutants.persistenceForgotten,
      mutants.emptyBodiesLost,
      mutants.headersTakenForText,
      mutants.headerLost('void'),
      mutants.headerLost('number'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/4831',
        affected: { rabbitmq: '>=3.9.0 <3.9.18 || >=3.10.0 <3.10.2' },
        happened: 'to publish a message with a void header to a stream made the channel crash',
        seen: { not: 'No release of that age is at hand.' },
      },
    ],
  },
  async ({ queue, producer, broker }) => {
    const log = await queue();
    const { username } = broker.description();
    const properties = {
      contentType: 'text/plain',
      contentEncoding: 'identity',
      deliveryMode: 2,
      priority: 3,
      correlationId: '17',
      replyTo: 'answers',
      expiration: '3600000',
      messageId: 'first',
      timestamp: 1_700_000_000,
      type: 'task',
      userId: username,
      appId: 'specs',
    };
    const headers = { text: 'some', number: 5, long: 2 ** 40, flag: true, void: null };
    const { deliveryMode: _, ...published } = properties;

    await (
      await producer({ confirms: true })
    ).sendToQueue(log, [
      { body: 'with all', ...published, persistent: true, headers },
      { body: '', headers: {} },
    ]);

    await expect(log).toReceive([
      { body: 'with all', properties, headers },
      { body: '', properties: {}, headers: {} },
    ]);
  },
);

claim(
  'streams/compound-headers',
  {
    says: 'Headers of a message that are arrays or tables, and whose names do not begin with x-, are not kept in a stream; the message and its other headers are.',
    documented: [docs('streams#limitations-message-encoding')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.compoundHeadersKeptInStreams, mutants.headerLost('text'), mutants.deliveryLost(1)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/3564',
        affected: { rabbitmq: '>=3.9.0 <3.9.8' },
        happened: 'a message with a table or an array among its headers made the channel crash',
        seen: { not: 'No release of that age is at hand.' },
      },
    ],
  },
  async ({ queue, producer }) => {
    const log = await queue();
    const headers = { array: ['one', 2], table: { one: 2 }, text: 'some' };

    await (await producer({ confirms: true })).sendToQueue(log, { body: 'task', headers });

    const kept = { array: undefined, table: undefined, text: 'some' };
    await expect(log).toReceive([{ body: 'task', headers: kept }]);
  },
);
