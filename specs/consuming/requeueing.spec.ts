import {
  claim,
  type Consumer,
  docs,
  expect,
  mutants,
  numbered,
  premise,
  type Stage,
  tutorial,
  rule,
} from '#support';

claim(
  'consuming/reject-requeue',
  {
    says: 'A message that is rejected with requeue, by basic.reject or basic.nack, is put back and delivered again, marked as redelivered.',
    documented: [docs('confirms#consumer-nacks-requeue'), rule('basic/reject/02')],
    extensions: ['basic.nack'],
    refutedBy: [
      mutants.rejectsIgnored,
      mutants.nacksIgnored,
      mutants.requeueIgnored,
      mutants.redeliveredNeverSet,
    ],
    tags: ['work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, 'task');
    const task = await premise(picky.next());

    picky.reject(task, { requeue: true });
    picky.nack(await picky.next(), { requeue: true });

    await expect(picky).toReceive([
      { body: 'task' },
      { body: 'task', redelivered: true },
      { body: 'task', redelivered: true },
    ]);
  },
);

claim(
  'consuming/requeued-come-first',
  {
    says: 'Messages that are requeued in their order come again, in that order, before those of the queue that were never delivered.',
    documented: [docs('confirms#consumer-nacks-requeue'), docs('quorum-queues#returned-messages')],
    extensions: ['basic.nack'],
    refutedBy: [mutants.requeuedAtTheEnd, mutants.requeuedInReverse, mutants.requeueIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10499',
        affected: { rabbitmq: '>=3.10.0 <4.0.0' },
        happened: 'what was requeued to a quorum queue came after all that waited there',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky', prefetch: 3 });
    await (await producer()).sendToQueue(tasks, numbered(1, 5));
    const held = [await premise(picky.next()), await premise(picky.next()), await premise(picky.next())];
    await picky.cancel();

    for (const task of held) picky.nack(task, { requeue: true });
    await picky.channel.close();

    await expect(tasks).toReceive(numbered(1, 5), { name: 'successor' });
  },
);

claim(
  'consuming/requeue-on-channel-close',
  {
    says: 'When a channel is closed, all that was delivered on it and not acknowledged goes back to the queue, to its old place, and is marked as redelivered.',
    documented: [docs('confirms#automatic-requeueing'), tutorial('two', 'message-acknowledgment')],
    refutedBy: [
      mutants.redeliveriesLost,
      mutants.requeuedAtTheEnd,
      mutants.requeuedInReverse,
      mutants.redeliveredNeverSet,
    ],
    tags: ['tutorial two', 'work queues'],
  },
  async (stage) => await whatALeaverHoldsComesBack(stage, (leaver) => leaver.channel.close()),
);

claim(
  'consuming/requeue-on-connection-close',
  {
    says: 'When a connection is closed, all that was delivered on it and not acknowledged goes back to the queue, to its old place, and is marked as redelivered.',
    documented: [docs('confirms#automatic-requeueing'), tutorial('two', 'message-acknowledgment')],
    refutedBy: [
      mutants.redeliveriesLost,
      mutants.requeuedAtTheEnd,
      mutants.requeuedInReverse,
      mutants.redeliveredNeverSet,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.7.0.txt',
        affected: { rabbitmq: '<2.7.0' },
        happened: 'what a dead consumer left lost its places in the queue',
        seen: { by: mutants.requeuedAtTheEnd },
      },
    ],
    tags: ['tutorial two', 'work queues'],
  },
  async (stage) => await whatALeaverHoldsComesBack(stage, (leaver) => leaver.channel.connection.close()),
);

claim(
  'consuming/requeue-on-connection-loss',
  {
    says: 'When a TCP connection breaks off, all that was delivered on it and not acknowledged goes back to the queue and to a consumer that is there, at once, and is marked as redelivered.',
    documented: [docs('confirms#automatic-requeueing'), tutorial('two', 'message-acknowledgment')],
    refutedBy: [mutants.redeliveriesLost, mutants.manualAckTakenForAutomatic, mutants.redeliveredNeverSet],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const lost = await consumer(tasks, { name: 'lost', prefetch: 2 });
    await (await producer()).sendToQueue(tasks, numbered(1, 2));
    await premise(expect(lost).toReceive(numbered(1, 2)));
    const online = await consumer(tasks, { name: 'online' });

    lost.channel.connection.cut();

    await expect(online).toReceive(
      [
        { body: '1', redelivered: true },
        { body: '2', redelivered: true },
      ],
      { inAnyOrder: true },
    );
  },
);

/** Of five tasks, the leaver holds three when it leaves. */
async function whatALeaverHoldsComesBack(
  { queue, consumer, producer }: Stage,
  leave: (leaver: Consumer) => Promise<void>,
) {
  const tasks = await queue();
  const leaver = await consumer(tasks, { name: 'leaver', prefetch: 3 });
  await (await producer()).sendToQueue(tasks, numbered(1, 5));
  await premise(expect(leaver).toReceive(numbered(1, 3)));

  await leave(leaver);

  await expect(tasks).toReceive(
    [
      { body: '1', redelivered: true },
      { body: '2', redelivered: true },
      { body: '3', redelivered: true },
      '4',
      '5',
    ],
    { name: 'stayer' },
  );
}
