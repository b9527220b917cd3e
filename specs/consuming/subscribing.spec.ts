import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  numbered,
  premise,
  rule,
  type Stage,
} from '#support';

type Consumer = Awaited<ReturnType<Stage['consumer']>>;

claim(
  'consuming/consume-ok',
  {
    says: 'consume-ok returns the consumer tag: the one that was given, else one that the broker makes, different for each consumer of the channel. Every delivery carries the tag of the consumer that it is for.',
    documented: [
      docs('consumers#consumer-tags'),
      rule('basic/consume/consumer-tag/02'),
      docs('consumers#subscribing'),
    ],
    refutedBy: [mutants.consumerTagsIgnored, mutants.consumerTagsRepeated],
    tags: ['tutorial one'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [letters, parcels, visitors] = [await queue(), await queue(), await queue()];
    const channel = await openChannel();

    const named = await consumer(letters, { on: channel, name: 'named', consumerTag: 'my tag' });
    const unnamed = await consumer(parcels, { on: channel, name: 'unnamed' });
    const other = await consumer(visitors, { on: channel, name: 'other' });
    const sender = await producer();
    await sender.sendToQueue(letters, 'a letter');
    await sender.sendToQueue(parcels, 'a parcel');
    await sender.sendToQueue(visitors, 'a visitor');

    expect(named.tag, 'the tag that was asked for').toBe('my tag');
    expect(unnamed.tag, 'the tag that the broker made').not.toBe('');
    expect(new Set([named.tag, unnamed.tag, other.tag]).size, 'how many of the three tags differ').toBe(3);
    await expect(named).toReceive(['a letter']);
    await expect(unnamed).toReceive(['a parcel']);
    await expect(other).toReceive(['a visitor']);
  },
);

claim(
  'consuming/tag-reuse',
  {
    says: 'A consumer tag that is in use on the channel cannot be given to another consumer: that is a connection error 530. On another channel it can.',
    documented: [rule('basic/consume/consumer-tag/01'), docs('consumers#consumer-tags')],
    refutedBy: [
      mutants.consumerTagsIgnored,
      mutants.errorCodeChanged(530, 403),
      mutants.deliveriesLostToReusedTags,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/5927',
        affected: { rabbitmq: '<3.10.9 || >=3.11.0 <3.11.1' },
        happened:
          'a consumer of a quorum queue that took the tag of one that was cancelled before, and still held something, got nothing, or its connection was closed with 541',
        seen: { on: 'rabbitmq 3.10.8' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/9158',
        affected: { rabbitmq: '>=3.10.9 <3.11.0 || >=3.11.1 <3.11.23 || >=3.12.0 <3.12.5' },
        happened:
          'some messages for a consumer of a quorum queue that took the tag of a cancelled one were never sent to it',
        seen: { by: mutants.deliveriesLostToReusedTags },
      },
    ],
  },
  async ({ queue, client, consumer, producer }) => {
    const tasks = await queue();
    const connection = await client();
    const [channel, otherChannel] = [await connection.channel(), await connection.channel()];
    const sender = await producer();
    const first = await consumer(tasks, { on: channel, name: 'first', consumerTag: 'worker' });
    await sender.sendToQueue(tasks, '1');
    await premise(expect(first).toReceive(['1']));

    // Used no more, though what it got is not acknowledged yet
    await first.cancel();
    const second = await consumer(tasks, { on: channel, name: 'second', consumerTag: 'worker' });
    await sender.sendToQueue(tasks, ['2', '3']);
    await expect(second).toReceive(['2', '3']);

    const onOtherChannel = consumer(tasks, { on: otherChannel, consumerTag: 'worker' });
    await expect(onOtherChannel).toBeAccepted();
    const again = consumer(tasks, { on: channel, consumerTag: 'worker' });

    await expect(again).toBeRefused(
      connectionError(530, "NOT_ALLOWED - attempt to reuse consumer tag 'worker'"),
    );
  },
);

claim(
  'consuming/missing-queue',
  {
    says: 'Consuming from a queue that does not exist, or getting a message from it, is a channel error 404.',
    documented: [docs('consumers#basics'), docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(404, 403),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['tutorial one'],
  },
  async ({ openChannel, consumer, uniqueName }) => {
    const [subscriber, poller] = [await openChannel(), await openChannel()];
    const nowhere = uniqueName('nowhere');

    const subscription = consumer(nowhere, { on: subscriber });
    await expect(subscription).toBeRefused(
      channelError(404, `NOT_FOUND - no queue '${nowhere}'`, 'basic.consume'),
    );
    const poll = poller.get(nowhere);

    await expect(poll).toBeRefused(channelError(404, `NOT_FOUND - no queue '${nowhere}'`, 'basic.get'));
  },
);

claim(
  'consuming/consumers-minimum',
  {
    says: 'A queue may have at least 16 consumers, and each of them gets messages.',
    documented: [rule('basic/consume/01')],
    refutedBy: [mutants.consumersLimitedTo(15)],
    tags: ['work queues'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [tasks, sender] = [await queue(), await producer()];
    const workers: Consumer[] = [];

    for (const name of numbered(1, 16)) {
      const starting = consumer(tasks, { on: await openChannel(), name, prefetch: 1 });
      await expect(starting).toBeAccepted();
      workers.push(await starting);
    }
    await sender.sendToQueue(tasks, numbered(1, 16));

    // None of them can hold two
    const taken = await Promise.all(workers.map(async (worker) => (await worker.next()).body));
    expect(
      taken
        .map(Number)
        .toSorted((one, other) => one - other)
        .map(String),
      'what they got',
    ).toEqual(numbered(1, 16));
  },
);

claim(
  'consuming/no-local-ignored',
  {
    says: 'RabbitMQ takes no-local and ignores it: a consumer with no-local gets what its own connection publishes.',
    documented: [docs('specification#method-status-basic.consume')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.noLocalHeeded],
  },
  async ({ queue, openChannel, consumer }) => {
    const tasks = await queue();
    const channel = await openChannel();
    const own = await consumer(tasks, { on: channel, name: 'own', noLocal: true });

    channel.publish('', tasks.name, 'from the same channel');

    await expect(own).toReceive(['from the same channel']);
  },
);
