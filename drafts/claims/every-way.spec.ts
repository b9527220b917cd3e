import { claim, docs, expect, mutants, rule, specification, table } from '#support';

/** All properties that need no right and have no effect here. */
const properties = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: table({ attempt: 1, by: 'alice' }),
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
  'publishing/properties-by-get',
  {
    says: 'basic.get gives a message with all properties that its publisher has set, and with no others.',
    documented: [docs('publishers#message-properties'), specification('3.1.1', 1)],
    refutedBy: [mutants.propertyLost('message-id'), mutants.headerLost('attempt'), mutants.emptyHeadersLost],
    tags: ['the wire'],
  },
  async ({ raw, queue, broker }) => {
    const { name: tasks } = await queue();
    const client = await raw();
    const all = { ...properties, userId: broker.description().username };

    for (const set of [all, { headers: [] }, {}]) {
      await client.send('basic.publish', { routingKey: tasks }, { content: { properties: set, body } });
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
    refutedBy: [mutants.propertyLost('message-id'), mutants.headerLost('attempt'), mutants.emptyHeadersLost],
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

      const returned = await client.expect('basic.return');
      expect(returned.arguments, 'where it was sent').toMatchObject(nobody);
      expect(returned.body.toString(), 'the body').toBe('Hello World!');
      expect(returned.properties, 'the properties that came back').toStrictEqual(set);
    }
  },
);
