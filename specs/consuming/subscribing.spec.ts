import { channelError, claim, connectionError, docs, expect, mutants, rule } from '#support';

claim(
  'consuming/consume-ok',
  {
    says: 'consume-ok returns the consumer tag: the one that was given, else one that the broker makes, different for each consumer of the channel. Every delivery carries the tag of the consumer that it is for.',
    documented: [docs('consumers#consumer-tags'), rule('basic/consume/consumer-tag/02')],
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

    expect(named.tag).toBe('my tag');
    expect(unnamed.tag).not.toBe('');
    expect(new Set([named.tag, unnamed.tag, other.tag]).size).toBe(3);
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
    refutedBy: [mutants.consumerTagsIgnored, mutants.errorCodeChanged(530, 403)],
  },
  async ({ queue, client, consumer }) => {
    const tasks = await queue();
    const connection = await client();
    const [channel, otherChannel] = [await connection.channel(), await connection.channel()];
    await consumer(tasks, { on: channel, consumerTag: 'worker' });

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
