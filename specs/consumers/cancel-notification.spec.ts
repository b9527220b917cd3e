import { claim, docs, expect, mutants, premise, rule, table } from '#support';

claim(
  'consumers/cancel-notification-queue-deleted',
  {
    says: 'When a queue is deleted, each of its consumers is told by a basic.cancel with its tag; its channel goes on.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.cancelNotificationsLost, mutants.cancelNotificationLost(2)],
  },
  async ({ queue, consumer, producer }) => {
    const [doomed, spared] = [await queue(), await queue()];
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
  },
);

claim(
  'consumers/cancel-notification-once',
  {
    says: 'A consumer is told once that its queue is deleted, and then nothing more of it: one basic.cancel with its tag.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.cancelNotificationsLost, mutants.cancelNotificationsRepeated],
    tags: ['the wire'],
  },
  async ({ queue, raw }) => {
    const doomed = await queue();
    const worker = await raw({ name: 'worker' });
    await worker.send('basic.consume', { queue: doomed.name, consumerTag: 'worker', noAck: true });
    await premise(worker.expect('basic.consume-ok'));

    await doomed.delete();

    const { consumerTag } = (await worker.expect('basic.cancel')).arguments;
    expect(consumerTag, 'the tag of what is cancelled').toBe('worker');
    await worker.send('basic.qos', { prefetchCount: 1 });
    await worker.expect('basic.qos-ok');
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
