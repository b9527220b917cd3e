import { claim, expect, frames, mutants, plain, premise, roundTrip, specification, table } from '#support';

claim(
  'connections/body-split',
  {
    says: 'A body may travel in several frames, cut anywhere, while other channels speak between them. It arrives as it was, in frames that are no larger than what was agreed upon.',
    documented: [specification('4.2.6.2', 1), specification('4.2.3', 4)],
    refutedBy: [mutants.laterBodyFramesLost, mutants.agreedFrameMaxForgotten],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha16---2020-11-17',
        affected: { lavinmq: '<1.0.0-alpha.16' },
        happened: 'bodies that were larger than a frame did not get published properly',
        seen: { by: mutants.laterBodyFramesLost },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#0913---2020-03-24',
        affected: { lavinmq: '<0.9.13' },
        happened: 'bodies that were larger than a frame were not written to disk correctly',
        seen: { by: mutants.laterBodyFramesLost },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const client = await raw({ tuneOk: { frameMax: 8_192 } });
    await client.send('channel.open', {}, { channel: 2 });
    await premise(client.expect('channel.open-ok', { channel: 2 }));
    const body = Buffer.from(Array.from({ length: 30_000 }, (_, place) => place % 251));
    const parts = [1, 8_184, 5, 7_000, 1, 8_000].map((length, index, all) => {
      const start = all.slice(0, index).reduce((sum, each) => sum + each, 0);
      return body.subarray(start, start + length);
    });
    const rest = body.subarray(parts.reduce((sum, each) => sum + each.length, 0));

    await client.send('basic.publish', { routingKey: tasks.name });
    await client.sendFrame(frames.header(1, body.length));
    for (const part of [...parts, rest]) {
      await client.sendFrame(frames.body(1, part));
      await client.send('basic.qos', {}, { channel: 2 });
      await client.expect('basic.qos-ok', { channel: 2 });
    }
    await client.send('basic.consume', { queue: tasks.name });
    await client.expect('basic.consume-ok');

    const delivery = await client.expect('basic.deliver');
    expect(delivery.body.equals(body), 'whether the body is the one that was sent').toBe(true);
    expect(
      delivery.frames.map(({ bytes }) => bytes.length).filter((length) => length > 8_192),
      'frames that are larger than 8192 octets',
    ).toEqual([]);
  },
);

claim(
  'connections/header-frame-exact',
  {
    says: 'The properties of a message may fill a frame to the last octet, and arrive as they were.',
    documented: [specification('4.2.6.1'), specification('4.2.3')],
    refutedBy: [mutants.fullHeadersRefused],
    tags: ['the wire'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const client = await raw({ tuneOk: { frameMax: 8_192 } });
    const header = (note: string) => frames.header(1, 4, { headers: table({ note }) });
    const note = 'x'.repeat(8_192 - header('').bytes.length);
    await premise(() => expect(header(note).bytes.length).toBe(8_192));

    await client.send('basic.publish', { routingKey: tasks.name });
    await client.sendFrame(header(note));
    await client.sendFrame(frames.body(1, 'task'));
    await client.send('basic.consume', { queue: tasks.name });
    await client.expect('basic.consume-ok');

    const { body, properties } = await client.expect('basic.deliver');
    expect(body.toString(), 'the body').toBe('task');
    expect(plain(properties.headers ?? []), 'the headers').toMatchObject({ note });
  },
);

claim(
  'connections/field-names',
  {
    says: 'The fields of the tables that a broker makes itself have names that begin with a letter, $ or #.',
    documented: [specification('4.2.5.5', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.oddFieldNamesSent],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();
    const properties = plain(client.said.start?.serverProperties ?? []);
    const names = [properties, properties['capabilities'] ?? {}].flatMap((each) => Object.keys(Object(each)));

    await premise(roundTrip(client));
    await premise(() => expect(names.length).toBeGreaterThan(0));
    expect(
      names.filter((name) => !/^[A-Za-z$#]/.test(name)),
      'names of fields that begin otherwise',
    ).toEqual([]);
  },
);

claim(
  'connections/field-names-unchecked',
  {
    says: 'RabbitMQ takes any name of a field, one that begins with a digit too: such headers arrive as they were.',
    documented: [specification('4.2.5.5', 2)],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.fieldNamesChecked],
    tags: ['the wire'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const client = await raw();
    const headers = { '1st': 'one', '-': 'two', ' ': 'three' };

    const content = { properties: { headers: table(headers) }, body: Buffer.from('task') };
    await client.send('basic.publish', { routingKey: tasks.name }, { content });
    await client.send('basic.consume', { queue: tasks.name });
    await client.expect('basic.consume-ok');

    const { properties } = await client.expect('basic.deliver');
    expect(plain(properties.headers ?? []), 'headers').toMatchObject(headers);
  },
);
