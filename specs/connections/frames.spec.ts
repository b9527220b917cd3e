import {
  claim,
  connectionError,
  docs,
  expect,
  frames,
  mutants,
  premise,
  roundTrip,
  type Stage,
  specification,
} from '#support';

type RawConnection = Awaited<ReturnType<Stage['raw']>>;

/** A frame that would empty the queue, were it not for what is wrong with it. */
function purge(queue: string) {
  return frames.method(1, 'queue.purge', { queue });
}

/** The broker ends the connection, whether it says so before or not, and answers nothing else. */
async function expectFatal(client: RawConnection): Promise<void> {
  // A broker that says so waits for this
  await client.send('connection.close-ok');
  await client.expectEnd();
  const said = client.unread.map((each) => ('name' in each ? each.name : each.type));
  expect(
    said.filter((name) => name !== 'connection.close'),
    'what the broker says beside that it ends',
  ).toEqual([]);
}

claim(
  'connections/frame-end-octet',
  {
    says: 'Each frame ends with the octet 0xCE. The broker looks there before it does what the frame says: one that ends otherwise ends the connection, and nothing else comes of it.',
    documented: [specification('4.2.3', 1), specification('4.2.3', 2)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.frameEndsMended],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue({ type: 'classic' });
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const [zero, off] = await Promise.all([raw(), raw()]);

    await zero.sendFrame(purge(tasks.name).with({ end: 0 }));
    await off.sendFrame(purge(tasks.name).with({ end: 0xcf }));

    await Promise.all([expectFatal(zero), expectFatal(off)]);
    await expect(tasks).toReceive(['task']);
  },
);

claim(
  'connections/frame-unknown-type',
  {
    says: 'A frame of a type that AMQP 0-9-1 does not have ends the connection, on whatever channel it is.',
    documented: [specification('4.2.3', 2)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.unknownFramesSkipped],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const wrong = [0, 4, 7, 9, 255].flatMap((type) => [
      frames.method(1, 'basic.qos', {}).with({ type }),
      frames.heartbeat.with({ type }),
    ]);
    await Promise.all(
      wrong.map(async (frame) => {
        const client = await raw();
        await client.sendFrame(frame);
        await expectFatal(client);
      }),
    );
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/framing-error-told',
  {
    says: 'RabbitMQ says why it ends a connection for what is wrong in a frame: connection error 501, for an unknown type and for a wrong end.',
    documented: [docs('connections#error-handling'), specification('4.2.3')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorCodeChanged(501, 505),
      mutants.connectionErrorsUntold(501),
      mutants.unknownFramesSkipped,
      mutants.frameEndsMended,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1813',
        affected: { lavinmq: '<2.6.11' },
        happened: 'a frame that ended wrong was not told as a frame error',
        seen: { by: mutants.connectionErrorsUntold(501) },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const wrong = [
      frames.method(1, 'basic.qos', {}).with({ type: 7 }),
      frames.method(1, 'basic.qos', {}).with({ end: 0xcf }),
      frames.heartbeat.with({ end: 0 }),
    ];
    for (const frame of wrong) {
      const client = await raw();
      await client.sendFrame(frame);
      await client.send('basic.qos');
      await expect(client).toBeRefused(connectionError(501, 'FRAME_ERROR'));
    }
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/frame-oversized',
  {
    says: 'A frame that is much larger than what was agreed upon is a connection error 501, whatever its type is: no part of it is taken.',
    documented: [specification('4.2.3', 4), specification('2.3.3', 3), specification('2.3.3', 5)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.agreedFrameMaxForgotten, mutants.errorCodeChanged(501, 505)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'the sizes of frames were not checked strictly',
        seen: { by: mutants.agreedFrameMaxForgotten },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const tooMuch = 'x'.repeat(10_000);
    const wrong = [
      frames.header(1, 0, { headers: [['note', { tag: 'S', value: tooMuch }]] }),
      frames.body(1, tooMuch),
    ];
    for (const frame of wrong) {
      const client = await raw({ tuneOk: { frameMax: 8_192 } });
      await client.send('basic.publish');
      if (frame.type === 'body') await client.sendFrame(frames.header(1, tooMuch.length));
      await client.sendFrame(frame);
      await client.send('basic.qos');
      await expect(client).toBeRefused(connectionError(501, 'FRAME_ERROR'));
    }
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/frame-oversized-by-one',
  {
    says: 'One octet more than what was agreed upon is too many already: a connection error 501.',
    documented: [specification('4.2.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.agreedFrameMaxForgotten],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { frameMax: 8_192 } });
    const [overhead, body] = [frames.body(1, '').bytes.length, 'x'.repeat(8_192)];
    const longest = body.slice(overhead);

    await client.send('basic.publish');
    await client.sendFrame(frames.header(1, longest.length));
    await client.sendFrame(frames.body(1, longest));
    await client.send('basic.qos');
    await premise(client.expect('basic.qos-ok'));
    await client.send('basic.publish');
    await client.sendFrame(frames.header(1, longest.length + 1));
    await client.sendFrame(frames.body(1, `${longest}x`));
    await client.send('basic.qos');

    // Before an answer on channel 1
    const { replyCode } = (await client.expect('connection.close', { channel: 1 })).arguments;
    expect(replyCode, 'the code').toBe(501);
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/methods-on-channel-zero',
  {
    says: 'A method of the connection on the channel of another conversation is a connection error 503.',
    documented: [specification('4.2.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.connectionMethodsOnAnyChannel, mutants.errorCodeChanged(503, 504)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();
    await premise(roundTrip(client));

    await client.send('connection.close', { replyCode: 200 }, { channel: 1 });

    await expect(client).toBeRefused(connectionError(503, 'COMMAND_INVALID'));
  },
);

claim(
  'connections/frame-out-of-order',
  {
    says: 'A content is its method, its header and as much of a body as that says: a header or a body without what comes before it, and another frame where one of them is due, are a connection error 505.',
    documented: [specification('4.2.6', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.strayContentSkipped, mutants.errorCodeChanged(505, 501)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'headers and bodies that were out of order were not noticed',
        seen: { by: mutants.strayContentSkipped },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const publish = frames.method(1, 'basic.publish', {});
    const other = frames.method(1, 'basic.qos', {});
    const [header, body] = [frames.header(1, 4), frames.body(1, 'task')];
    const conversations = {
      'a body alone': [body],
      'a header alone': [header],
      'a method for the header': [publish, other],
      'a body for the header': [publish, body],
      'a method for the body': [publish, header, other],
      'a header for the body': [publish, header, header],
    };
    for (const [what, said] of Object.entries(conversations)) {
      const client = await raw({ name: what });
      for (const frame of said) await client.sendFrame(frame);
      await client.send('basic.qos');
      await expect(client).toBeRefused(connectionError(505, 'UNEXPECTED_FRAME'));
    }
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/body-beyond-its-size',
  {
    says: 'A body that is longer than its header said is a connection error 505.',
    documented: [specification('4.2.6', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorCodeChanged(505, 501)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('basic.publish');
    await client.sendFrame(frames.header(1, 4));
    await client.sendFrame(frames.body(1, 'task and more'));
    await client.send('basic.qos');

    await expect(client).toBeRefused(connectionError(505, 'UNEXPECTED_FRAME'));
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/content-of-another-class',
  {
    says: 'The header of a content is of the class of its method: one of another class is a connection error 501.',
    documented: [specification('4.2.6.1', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.otherContentClassesTaken],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('basic.publish');
    await client.sendFrame(frames.header(1, 0).with({ classId: 50 }));
    await client.send('basic.qos');

    await expect(client).toBeRefused(connectionError(501, 'FRAME_ERROR'));
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/content-on-channel-zero',
  {
    says: 'No content travels on channel 0: its header or its body there is a connection error 504.',
    documented: [specification('4.2.6.1', 2)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.contentOfTheConnectionSkipped],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    for (const frame of [frames.header(0, 0), frames.body(0, 'task')]) {
      const client = await raw();
      await client.sendFrame(frame);
      await client.send('basic.qos');
      await expect(client).toBeRefused(connectionError(504, 'CHANNEL_ERROR'));
    }
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/content-fatal',
  {
    says: 'A content that is on channel 0, or has a header of another class or a body that is too long, ends the connection, and is not queued.',
    documented: [docs('connections#error-handling'), specification('4.2.6')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.otherContentClassesTaken, mutants.contentOfTheConnectionSkipped],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue({ type: 'classic' });
    const publish = frames.method(1, 'basic.publish', { routingKey: tasks.name });
    const conversations = [
      [frames.header(0, 0)],
      [frames.body(0, 'task')],
      [publish, frames.header(1, 0).with({ classId: 50 })],
      [publish, frames.header(1, 4), frames.body(1, 'task and more')],
    ];
    await Promise.all(
      conversations.map(async (said) => {
        const client = await raw();
        for (const frame of said) await client.sendFrame(frame);
        // Of a body, some brokers see only by what comes after it that it was too long
        await client.send('basic.qos');
        await expectFatal(client);
      }),
    );

    await (await producer()).sendToQueue(tasks, 'the one after them');
    await expect(tasks).toReceive(['the one after them']);
  },
);
