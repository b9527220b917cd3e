import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notQuorum,
  premise,
  rule,
  specification,
  table,
} from '#support';

/** Which types there are, where brokers and the specification differ. */
const errata = {
  title: 'RabbitMQ: AMQP 0-9-1 errata, field types',
  url: 'https://www.rabbitmq.com/amqp-0-9-1-errata#section_3',
};

/** A header of each type that the broker and its clients speak, with values that need their type. */
const everyType: ReturnType<typeof table> = [
  ['boolean', { tag: 't', value: true }],
  ['signed 8 bits', { tag: 'b', value: -128 }],
  ['unsigned 8 bits', { tag: 'B', value: 255 }],
  ['signed 16 bits', { tag: 's', value: -32_768 }],
  ['unsigned 16 bits', { tag: 'u', value: 65_535 }],
  ['signed 32 bits', { tag: 'I', value: -(2 ** 31) }],
  ['unsigned 32 bits', { tag: 'i', value: 2 ** 32 - 1 }],
  ['signed 64 bits', { tag: 'l', value: -(2n ** 63n) }],
  ['single precision', { tag: 'f', value: 0.5 }],
  ['double precision', { tag: 'd', value: Math.PI }],
  ['decimal', { tag: 'D', value: { scale: 2, unscaled: 1999 } }],
  ['text', { tag: 'S', value: 'Größe' }],
  ['octets', { tag: 'x', value: Buffer.from([0, 255, 195, 40]) }],
  ['timestamp', { tag: 'T', value: 1_700_000_000n }],
  ['void', { tag: 'V', value: null }],
  [
    'array',
    {
      tag: 'A',
      value: [
        { tag: 'S', value: 'one' },
        { tag: 'b', value: 2 },
      ],
    },
  ],
  ['table', { tag: 'F', value: [['inner', { tag: 'F', value: [] }]] }],
];

/** RabbitMQ sorts them from 4.0 on: a table has no order. */
function byName(headers: typeof everyType) {
  return headers.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** All properties that need no right and have no effect here. */
const properties = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: table({ CC: ['nobody'], attempt: 1, by: 'alice' }),
  deliveryMode: 2,
  priority: 9,
  correlationId: 'correlation',
  replyTo: 'answers',
  expiration: '3600000',
  messageId: 'message',
  timestamp: 1_700_000_000n,
  type: 'task',
  appId: 'application',
  clusterId: 'cluster',
};
const body = Buffer.from('Hello World!');

claim(
  'publishing/properties-roundtrip',
  {
    says: 'All fourteen properties of a message, and headers of every type of the field table, arrive as they were sent, with their types.',
    documented: [
      docs('publishers#message-properties'),
      specification('3.1.1', 1),
      errata,
      docs('consumers#message-properties'),
    ],
    refutedBy: [
      mutants.propertyLost('cluster-id'),
      mutants.propertyLost('content-encoding'),
      mutants.headersWidened,
      mutants.headersTakenForText,
      mutants.persistenceForgotten,
      mutants.expirationIgnored,
      mutants.emptyHeadersLost,
      mutants.transientMessagesKept,
      mutants.firstDeliveriesCounted,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/10623',
        affected: { rabbitmq: '>=3.13.0 <3.13.1' },
        happened: 'a message with an empty table of headers arrived without headers',
        seen: { by: mutants.emptyHeadersLost },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, broker }) => {
    const tasks = await queue();
    const client = await raw();
    await client.send('basic.consume', { queue: tasks.name, noAck: true });
    await premise(client.expect('basic.consume-ok'));
    const all = { ...properties, headers: everyType, userId: broker.description().username };

    await client.send('basic.publish', { routingKey: tasks.name }, { content: { properties: all, body } });

    const delivered = await client.expect('basic.deliver');
    const { headers = [], ...others } = delivered.properties;
    expect(Object.keys(delivered.properties), 'the properties that arrived').toHaveLength(14);
    expect({ ...others, headers: byName(headers) }, 'the properties that arrived').toEqual({
      ...all,
      headers: byName(everyType),
    });
    for (const few of [{ headers: [] }, {}]) {
      const content = { properties: few, body: Buffer.from('Hello again!') };
      await client.send('basic.publish', { routingKey: tasks.name }, { content });
      expect((await client.expect('basic.deliver')).properties).toEqual(few);
    }
  },
);

claim(
  'publishing/properties-by-get',
  {
    says: 'basic.get gives a message with all properties that its publisher has set, and with no others.',
    documented: [docs('publishers#message-properties'), specification('3.1.1', 1)],
    refutedBy: [
      mutants.propertyLost('message-id'),
      mutants.headerLost('attempt'),
      mutants.headersWidened,
      mutants.headersTakenForText,
      mutants.persistenceForgotten,
      mutants.expirationIgnored,
      mutants.emptyHeadersLost,
      mutants.transientMessagesKept,
      mutants.firstDeliveriesCounted,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/7732',
        affected: { rabbitmq: '>=3.8.0 <3.12.0' },
        happened: 'what came from a quorum queue for the first time had a header that no publisher had set',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    extensions: ['publisher_confirms'],
    tags: ['the wire'],
  },
  async ({ raw, queue, broker }) => {
    const { name: tasks } = await queue();
    const client = await raw();
    await client.send('confirm.select');
    await premise(client.expect('confirm.select-ok'));
    const all = { ...properties, userId: broker.description().username };

    for (const set of [all, { headers: [] }, {}]) {
      await client.send('basic.publish', { routingKey: tasks }, { content: { properties: set, body } });
      await premise(client.expect('basic.ack'));
      await client.send('basic.get', { queue: tasks, noAck: true });

      const got = await client.expect('basic.get-ok');
      expect(got.body.toString(), 'the body').toBe('Hello World!');
      expect(got.properties, 'the properties that arrived').toStrictEqual(set);
    }
  },
);

claim(
  'publishing/properties-returned',
  {
    says: 'A message that no queue gets comes back with all properties that its publisher has set, and with no others.',
    documented: [docs('publishers#unroutable'), rule('basic/publish/mandatory/01')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.propertyLost('message-id'),
      mutants.headerLost('attempt'),
      mutants.headersWidened,
      mutants.headersTakenForText,
      mutants.persistenceForgotten,
      mutants.expirationIgnored,
      mutants.emptyHeadersLost,
      mutants.transientMessagesKept,
    ],
    tags: ['the wire'],
  },
  async ({ raw, exchange, broker }) => {
    const logs = await exchange('direct');
    const client = await raw();
    const all = { ...properties, userId: broker.description().username };
    const nobody = { exchange: logs.name, routingKey: 'nobody' };

    for (const set of [all, { headers: [] }, {}]) {
      const content = { properties: set, body };
      await client.send('basic.publish', { ...nobody, mandatory: true }, { content });

      const returned = await premise(client.expect('basic.return'));
      expect(returned.arguments, 'where it was sent').toMatchObject(nobody);
      expect(returned.body.toString(), 'the body').toBe('Hello World!');
      expect(returned.properties, 'the properties that came back').toStrictEqual(set);
    }
  },
);

claim(
  'publishing/timestamp-any',
  {
    says: 'The broker carries whatever 64 bits a publisher sets as timestamp, from zero to the largest.',
    documented: [docs('publishers#message-properties'), specification('4.2.5.4')],
    refutedBy: [mutants.propertyLost('timestamp'), mutants.timestampsCut],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1705',
        affected: { lavinmq: '<2.6.9' },
        happened: 'messages whose timestamp is no date were rejected',
        seen: { not: 'No release of that product is at hand' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const client = await raw();
    const timestamps = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];

    await client.send('basic.consume', { queue: tasks.name, noAck: true });
    await premise(client.expect('basic.consume-ok'));
    const carried: (bigint | undefined)[] = [];
    for (const timestamp of timestamps) {
      await client.send(
        'basic.publish',
        { routingKey: tasks.name },
        { content: { properties: { timestamp }, body: Buffer.from('stamped') } },
      );
      carried.push((await client.expect('basic.deliver')).properties.timestamp);
    }

    expect(carried, 'the timestamps that arrived').toEqual(timestamps);
  },
);

claim(
  'publishing/expiration-invalid',
  {
    says: 'An expiration that is not the text of a whole number from zero on is a channel error 406, and the message is not queued; "0" and larger ones are taken.',
    documented: [docs('ttl#per-message-ttl-in-publishers'), docs('publishers#message-properties')],
    extensions: ['message_ttl'],
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.propertyIgnored('expiration'),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'messages with an expiration that is none were taken',
        seen: { by: mutants.propertyIgnored('expiration') },
      },
    ],
    tags: ['work queues'],
  },
  async ({ openChannel, queue, producer }) => {
    const [tasks, brief] = [await queue(), await queue()];

    for (const expiration of ['', 'soon', '-1', '1.5', '60000ms', ' 60000', '0x10']) {
      const channel = await openChannel();
      channel.publish('', tasks.name, { body: `expires in '${expiration}'`, expiration });
      await expect(channel.declareQueuePassively(tasks.name)).toBeRefused(
        channelError(406, 'PRECONDITION_FAILED - invalid expiration'),
      );
    }
    const sender = await producer();
    const atOnce = sender.sendToQueue(brief, { body: 'at once', expiration: '0' });
    await expect(atOnce).toBeAccepted();
    const inAMinute = sender.sendToQueue(tasks, { body: 'in a minute', expiration: '60000' });
    await expect(inAMinute).toBeAccepted();

    await expect(tasks).toReceive(['in a minute']);
  },
);

claim(
  'publishing/priority-range',
  {
    says: 'In a priority queue a message of higher priority overtakes; one above the maximum of the queue counts as one of the maximum, and one without a priority as one of 0.',
    documented: [
      docs('priority#behaviour'),
      docs('queues#when-messages-can-be-reordered'),
      docs('queues#priorities'),
    ],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.messagePriority },
    refutedBy: [
      mutants.propertyIgnored('priority'),
      mutants.queueArgumentOff('x-max-priority', 1),
      mutants.queueArgumentOff('x-max-priority', -1),
      mutants.prioritiesAboveMaximumLost,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/795',
        affected: { rabbitmq: '>=3.5.0 <3.6.2' },
        happened: 'a message of a priority above the maximum made the process of the queue crash',
        seen: { by: mutants.prioritiesAboveMaximumLost },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const tasks = await queue({ arguments: { 'x-max-priority': 5 } });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, [
      'none',
      { body: '0', priority: 0 },
      { body: '4', priority: 4 },
      { body: '5', priority: 5 },
      { body: '6', priority: 6 },
      { body: '255', priority: 255 },
      { body: '5 again', priority: 5 },
      { body: '1', priority: 1 },
    ]);

    await expect(tasks).toReceive(['5', '6', '255', '5 again', '4', '1', 'none', '0']);
  },
);
