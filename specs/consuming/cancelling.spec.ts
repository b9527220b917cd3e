import { claim, docs, expect, mutants, numbered, premise } from '#support';

claim(
  'consuming/cancel-stops',
  {
    says: 'After cancel-ok nothing more is delivered to the consumer: what comes later is for others.',
    documented: [docs('consumers#unsubscribing')],
    refutedBy: [mutants.cancellationsIgnored],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const leaver = await consumer(tasks, { name: 'leaver', noAck: true });
    const sender = await producer();
    await sender.sendToQueue(tasks, 'before');
    await premise(expect(leaver).toReceive(['before']));

    await leaver.cancel();

    await sender.sendToQueue(tasks, numbered(1, 3));
    await expect(tasks).toReceive(numbered(1, 3), { name: 'successor' });
    await expect(leaver).toReceive(['before']);
  },
);

claim(
  'consuming/cancel-unknown-tag',
  {
    says: 'Cancelling a consumer tag that nobody has is no error: it is answered with cancel-ok as usual, and disturbs no other consumer.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.unknownCancellationsRefused],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const stayer = await consumer(tasks, { name: 'stayer' });

    const unknown = stayer.channel.cancel('nobody');

    await expect(unknown).toBeAccepted();
    await (await producer()).sendToQueue(tasks, 'afterwards');
    await expect(stayer).toReceive(['afterwards']);
  },
);

claim(
  'consuming/no-requeue-on-cancel',
  {
    says: 'Cancelling a consumer changes nothing for what it was given before: it stays unacknowledged, can still be acknowledged, and goes back to the queue only when the channel closes.',
    documented: [docs('consumers#unsubscribing')],
    refutedBy: [mutants.cancelledDeliveriesRequeued, mutants.cancelledDeliveriesForgotten],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const leaver = await consumer(tasks, { name: 'leaver' });
    await (await producer()).sendToQueue(tasks, numbered(1, 3));
    await premise(expect(leaver).toReceive(numbered(1, 3)));

    await leaver.cancel();

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    leaver.ack(await leaver.next());
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 2 });
    await leaver.channel.close();
    await expect(tasks).toHaveCounters({ ready: 2, unacknowledged: 0 });
    await expect(tasks).toReceive(['2', '3'], { inAnyOrder: true, name: 'successor' });
  },
);

claim(
  'consuming/durable-across-reconnect',
  {
    says: 'A consumer does not survive its channel: the queue has no consumer then and keeps what comes, and a new subscription gets what is left.',
    documented: [docs('consumers#consumer-lifecycle'), docs('consumers#connection-recovery')],
    refutedBy: [mutants.consumersOutliveTheirChannel, mutants.consumerCountWrong],
    needs: ['management'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const before = await consumer(tasks, { on: await openChannel(), name: 'before', noAck: true });
    const sender = await producer();
    await sender.sendToQueue(tasks, ['1', '2']);
    await premise(expect(before).toReceive(['1', '2']));

    await before.channel.close();
    await sender.sendToQueue(tasks, ['3', '4']);

    await expect(tasks).toHaveCounters({ ready: 2, consumers: 0 });
    const after = await consumer(tasks, { on: await openChannel(), name: 'after' });
    await expect(after).toReceive(['3', '4']);
  },
);
