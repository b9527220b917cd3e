import { channelError, claim, docs, expect, mutants, rule } from '#support';

claim(
  'queues/purge',
  {
    says: 'Purging a queue removes all messages that are ready in it, and purge-ok tells how many; the queue, its bindings and its consumers stay.',
    documented: [docs('specification#method-status-queue.purge-ok'), rule('queue/purge/02')],
    refutedBy: [mutants.purgesIgnored, mutants.purgeCountWrong],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, exchange, consumer, producer }) => {
    const [tasks, jobs] = [await queue(), await exchange('fanout')];
    await tasks.bindTo(jobs);
    const sender = await producer({ confirms: true });
    await sender.publish(jobs, '', ['1', '2', '3']);

    const purged = await tasks.purge();
    const again = await tasks.purge();

    expect([purged, again]).toEqual([3, 0]);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0, consumers: 0 });
    const worker = await consumer(tasks, { name: 'worker' });
    await sender.publish(jobs, '', 'after');
    await expect(worker).toReceive(['after']);
  },
);

claim(
  'queues/purge-spares-unacked',
  {
    says: 'Purging leaves alone what was delivered and is not acknowledged yet: it is not counted, can still be acknowledged, and else is requeued.',
    documented: [rule('queue/purge/02'), docs('queues#message-states')],
    refutedBy: [mutants.purgesTakeUnacknowledged, mutants.purgesIgnored, mutants.purgeCountWrong],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const busy = await consumer(tasks, { name: 'busy', prefetch: 2 });
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2', '3', '4', '5']);
    await expect(busy).toReceive(['1', '2']);

    const purged = await tasks.purge();

    expect(purged).toBe(3);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 2, consumers: 1 });
    const [first] = busy.deliveries;
    busy.ack(first?.deliveryTag ?? 0);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
    await busy.channel.close();
    await expect(tasks).toReceive([{ body: '2', redelivered: true }], { name: 'next' });
  },
);

claim(
  'queues/purge-missing',
  {
    says: 'Purging a queue that is not there is a channel error 404.',
    documented: [rule('queue/purge/queue/must-exist'), docs('channels#error-handling')],
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(404, 406),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['work queues'],
  },
  async ({ openChannel, queue, uniqueName }) => {
    const [tasks, missing] = [await queue(), uniqueName('missing')];

    await expect((await openChannel()).purgeQueue(missing)).toBeRefused(
      channelError(404, `NOT_FOUND - no queue '${missing}'`, 'queue.purge'),
    );

    await expect((await openChannel()).purgeQueue(tasks.name)).toBeAccepted();
  },
);
