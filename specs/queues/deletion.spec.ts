import { channelError, claim, docs, expect, mutants, rule } from '#support';

claim(
  'queues/delete-count',
  {
    says: 'Deleting a queue removes it with its messages, and delete-ok tells how many of them were ready.',
    documented: [
      docs('specification#method-status-queue.delete'),
      docs('specification#method-status-queue.delete-ok'),
    ],
    refutedBy: [mutants.purgeCountWrong, mutants.deletionsIgnored],
    tags: ['work queues'],
  },
  async ({ openChannel, queue, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2', '3']);
    const channel = await openChannel();

    const deleted = await channel.deleteQueue(tasks.name);

    expect(deleted).toEqual({ messageCount: 3 });
    expect(await tasks.exists()).toBe(false);
    const again = await channel.declareQueue(tasks.name);
    expect(again).toEqual({ queue: tasks.name, messageCount: 0, consumerCount: 0 });
  },
);

claim(
  'queues/delete-missing-ok',
  {
    says: 'Deleting a queue that is not there succeeds with a count of 0, although the specification asks for an error: deleting asserts that the queue is gone.',
    documented: [docs('specification#method-status-queue.delete'), rule('queue/delete/queue/must-exist')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.missingDeletionsRefused, mutants.purgeCountWrong],
    tags: ['work queues'],
  },
  async ({ openChannel, queue, uniqueName }) => {
    const tasks = await queue();
    const channel = await openChannel();
    await channel.deleteQueue(tasks.name);

    const again = channel.deleteQueue(tasks.name);
    await expect(again).toBeAccepted();
    const never = channel.deleteQueue(uniqueName('never-declared'));
    await expect(never).toBeAccepted();

    expect([await again, await never]).toEqual([{ messageCount: 0 }, { messageCount: 0 }]);
    expect(await tasks.exists()).toBe(false);
  },
);

claim(
  'queues/delete-if-unused',
  {
    says: 'Deleting a queue only if it is unused is a channel error 406 while it has a consumer, and keeps it; once its last consumer has left, it is deleted, even with messages in it.',
    documented: [rule('queue/delete/if-unused/in-use'), docs('channels#error-handling')],
    refutedBy: [mutants.ifUnusedIgnored, mutants.deletionsIgnored, mutants.errorCodeChanged(406, 405)],
    tags: ['work queues'],
  },
  async ({ client, queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks, { name: 'worker' });
    const admin = await client({ name: 'admin' });

    await expect((await admin.channel()).deleteQueue(tasks.name, { ifUnused: true })).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - queue '${tasks.name}'`, 'queue.delete'),
    );
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, 'still there');
    await expect(worker).toReceive(['still there']);
    await worker.cancel();
    await sender.sendToQueue(tasks, ['1', '2']);
    const deleted = (await admin.channel()).deleteQueue(tasks.name, { ifUnused: true });

    await expect(deleted).toBeAccepted();
    expect(await deleted).toEqual({ messageCount: 2 });
    expect(await tasks.exists()).toBe(false);
  },
);

claim(
  'queues/delete-if-empty',
  {
    says: 'Deleting a queue only if it is empty is a channel error 406 while a message is in it, and keeps both; once the last message is gone, it is deleted, even with a consumer.',
    documented: [rule('queue/delete/if-empty/not-empty'), docs('channels#error-handling')],
    refutedBy: [mutants.ifEmptyIgnored, mutants.deletionsIgnored, mutants.errorCodeChanged(406, 405)],
    tags: ['work queues'],
  },
  async ({ client, queue, consumer, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'still there');
    const admin = await client({ name: 'admin' });

    await expect((await admin.channel()).deleteQueue(tasks.name, { ifEmpty: true })).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - queue '${tasks.name}'`, 'queue.delete'),
    );
    const worker = consumer(tasks, { name: 'worker', noAck: true });
    await expect(worker).toBeAccepted();
    await expect(await worker).toReceive(['still there']);
    const deleted = (await admin.channel()).deleteQueue(tasks.name, { ifEmpty: true });

    await expect(deleted).toBeAccepted();
    expect(await deleted).toEqual({ messageCount: 0 });
    expect(await tasks.exists()).toBe(false);
  },
);

claim(
  'queues/delete-removes-bindings',
  {
    says: 'Deleting a queue removes its bindings: a new queue of the same name gets nothing from the exchanges that the old one was bound to.',
    documented: [docs('exchanges#what-are-bindings'), docs('exchanges#default-exchange')],
    refutedBy: [mutants.bindingsOutliveTheirEnds, mutants.deletionsIgnored],
    tags: ['routing and topics'],
    needs: ['management'],
  },
  async ({ exchange, queue, producer, management, virtualHost }) => {
    const logs = await exchange('direct');
    const errors = await queue();
    await errors.bindTo(logs, 'error');
    const sender = await producer();
    await sender.publish(logs, 'error', 'before', { mandatory: true });

    await errors.delete();
    await queue({ name: errors.name });
    await sender.publish(logs, 'error', 'unroutable', { mandatory: true });
    await sender.sendToQueue(errors, 'by its name', { mandatory: true });

    expect(sender.returned.map(({ body }) => body)).toEqual(['unroutable']);
    await expect(errors).toReceive(['by its name']);
    const bindings = await management.in(await virtualHost()).exchanges.bindings(logs.name, 'source');
    expect(bindings).toEqual([]);
  },
);
