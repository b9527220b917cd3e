import { claim, docs, expect, mutants, premise, roundTrip, rule, table } from '#support';

claim(
  'consumers/cancel-notification-queue-deleted',
  {
    says: 'When a queue is deleted, each of its consumers is told by a basic.cancel with its tag; its channel goes on.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.cancelNotificationsLost, mutants.cancelNotificationLost(2)],
  },
  async ({ queue, consumer, producer, raw }) => {
    const [doomed, spared] = [await queue(), await queue()];
    const bare = await raw({ name: 'bare' });
    await bare.send('basic.consume', { queue: doomed.name, consumerTag: 'bare', noAck: true });
    await premise(bare.expect('basic.consume-ok'));
    const one = await consumer(doomed, { name: 'one' });
    const two = await consumer(doomed, { name: 'two' });
    const other = await consumer(spared, { on: one.channel, name: 'other' });

    await doomed.delete();

    await expect(async () => one.channel.cancelled, 'what was cancelled of one').toBecome([one.tag]);
    await expect(async () => two.channel.cancelled, 'what was cancelled of two').toBecome([two.tag]);
    await (await producer()).sendToQueue(spared, 'still here');
    await expect(other).toReceive(['still here']);
    await expect(consumer(spared, { on: two.channel })).toBeAccepted();
    expect(one.channel.cancelled, 'what was cancelled of one').toEqual([one.tag]);
    const { consumerTag } = (await bare.expect('basic.cancel')).arguments;
    expect(consumerTag, 'the tag that is cancelled').toBe('bare');
    await premise(roundTrip(bare));
    expect(bare.unread, 'what else it is told').toEqual([]);
  },
);

claim(
  'consumers/cancel-notification-without-capability',
  {
    says: 'A client that does not say that it can be told (consumer_cancel_notify) is not told that its queue is deleted.',
    documented: [docs('consumer-cancel#overview'), docs('connections#capabilities')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.cancelNotifyAssumed],
    tags: ['the wire'],
  },
  async ({ queue, raw, consumer, producer }) => {
    const [doomed, spared] = [await queue(), await queue()];
    const silent = await raw({
      name: 'silent',
      startOk: { clientProperties: table({ product: 'says nothing of what it can do' }) },
    });
    await silent.send('basic.consume', { queue: doomed.name, consumerTag: 'doomed', noAck: true });
    await premise(silent.expect('basic.consume-ok'));
    await silent.send('basic.consume', { queue: spared.name, consumerTag: 'spared', noAck: true });
    await premise(silent.expect('basic.consume-ok'));
    const told = await consumer(doomed, { name: 'told' });

    await doomed.delete();
    await premise(
      expect(async () => told.channel.cancelled, 'what was cancelled of told').toBecome([told.tag]),
    );
    await (await producer()).sendToQueue(spared, 'still here');

    const next = await silent.expect('basic.deliver');
    expect(next.body.toString(), 'the body of the next delivery').toBe('still here');
    expect(silent.unread, 'what else the broker said').toEqual([]);
  },
);

claim(
  'consumers/cancel-notification-client-cancel-race',
  {
    says: 'Cancelling a consumer that the broker has cancelled already is no error: it is answered with cancel-ok as usual.',
    documented: [docs('consumer-cancel#overview'), rule('basic/cancel/01')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.unknownCancellationsRefused],
  },
  async ({ queue, consumer }) => {
    const doomed = await queue();
    const late = await consumer(doomed, { name: 'late' });
    await doomed.delete();
    await premise(
      expect(async () => late.channel.cancelled, 'what was cancelled of late').toBecome([late.tag]),
    );

    const cancelled = late.cancel();

    await expect(cancelled).toBeAccepted();
    await expect(consumer(await queue(), { on: late.channel })).toBeAccepted();
  },
);
