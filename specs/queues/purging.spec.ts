import { channelError, claim, docs, expect, mutants, premise, rule } from '#support';

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

    const purging = tasks.purge();

    await expect(purging).toBeAccepted();
    expect(await purging, 'messages that were purged').toBe(3);
    await expect(tasks).toHaveCounters({ ready: 0 });
    const worker = await consumer(tasks, { name: 'worker' });
    expect(await tasks.purge(), 'messages that were purged then').toBe(0);
    await sender.publish(jobs, '', 'after');
    await expect(worker).toReceive(['after']);
  },
);

claim(
  'queues/purge-spares-unacked',
  {
    says: 'Purging leaves alone what was delivered and is not acknowledged yet: it is not counted, can still be acknowledged, and else is requeued.',
    documented: [rule('queue/purge/02'), docs('queues#message-states')],
    refutedBy: [mutants.purgesTakeUnacknowledged, mutants.purgeCountWrong],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const busy = await consumer(tasks, { name: 'busy', prefetch: 2 });
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2', '3', '4', '5']);
    const one = await premise(busy.next());
    await premise(expect(busy).toReceive(['1', '2']));

    const purged = await tasks.purge();
    await premise(expect(tasks).toHaveCounters({ ready: 0 }));

    expect(purged, 'messages that were purged').toBe(3);
    await expect(tasks).toHaveCounters({ unacknowledged: 2 });
    busy.ack(one);
    await expect(tasks).toHaveCounters({ unacknowledged: 1 });
    await busy.channel.close();
    await expect(tasks).toReceive(['2'], { name: 'next' });
  },
);

claim(
  'queues/purge-missing',
  {
    says: 'Purging a queue that is not there is a channel error 404.',
    documented: [rule('queue/purge/queue/must-exist'), docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(404, 406),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['work queues'],
  },
  async ({ openChannel, uniqueName }) => {
    const missing = uniqueName('missing');

    await expect((await openChannel()).purgeQueue(missing)).toBeRefused(
      channelError(404, `NOT_FOUND - no queue '${missing}'`, 'queue.purge'),
    );
  },
);
