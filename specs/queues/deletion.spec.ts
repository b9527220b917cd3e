import { channelError, claim, docs, expect, mutants, premise, rule } from '#support';

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
  async ({ openChannel, queue, consumer, producer }) => {
    const tasks = await queue();
    const busy = await consumer(tasks, { name: 'busy', prefetch: 1 });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, ['1', '2', '3', '4']);
    await premise(expect(busy).toReceive(['1']));

    const deleted = (await openChannel()).deleteQueue(tasks.name);

    await expect(deleted).toBeAccepted();
    expect(await deleted, 'the answer to queue.delete').toEqual({ messageCount: 3 });
    expect(await tasks.exists(), 'whether tasks is there').toBe(false);
    // Whether it would consume from the next one is another question
    await busy.channel.close();
    const again = await queue({ name: tasks.name });
    await sender.sendToQueue(again, 'after');
    await expect(again).toReceive(['after'], { name: 'next' });
  },
);

claim(
  'queues/name-free-again',
  {
    says: 'The name of a deleted queue is free: a quorum queue may get it, whatever the old one was, and a channel that had taken from the old one publishes to the new one.',
    documented: [docs('specification#method-status-queue.delete'), docs('queues#names')],
    extensions: ['publisher_confirms', 'quorum_queues'],
    refutedBy: [mutants.deletionsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/4976',
        affected: { rabbitmq: '>=3.9.0 <3.12.0' },
        happened:
          'a channel that had taken from a classic queue broke down when it published to the quorum queue that had got its name',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ openChannel, queue, existingQueue, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2']);
    // A channel that has only ever taken from the old one: what it published would let it forget
    const polling = await producer({ name: 'polling', confirms: true });
    const polled = await polling.channel.get(tasks.name, { noAck: true });
    await premise(() => expect(polled?.body).toBe('1'));
    await tasks.delete();

    const declaring = (await openChannel()).declareQueue(tasks.name, { type: 'quorum' });
    await expect(declaring).toBeAccepted();

    await expect(polling.sendToQueue(tasks, 'after')).toBeAccepted();
    await expect(await existingQueue(tasks.name)).toReceive(['after'], { name: 'next' });
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

    expect([await again, await never], 'the answers to queue.delete').toEqual([
      { messageCount: 0 },
      { messageCount: 0 },
    ]);
    expect(await tasks.exists(), 'whether tasks is there').toBe(false);
  },
);

claim(
  'queues/delete-if-unused',
  {
    says: 'Deleting a queue only if it is unused is a channel error 406 while it has a consumer, and keeps it; once its last consumer has left, it is deleted, even with messages in it.',
    documented: [rule('queue/delete/if-unused/in-use'), docs('channels#error-handling')],
    refutedBy: [mutants.ifUnusedIgnored, mutants.deletionsIgnored, mutants.errorCodeChanged(406, 405)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10543',
        affected: { rabbitmq: '>=3.8.3' },
        happened:
          'a quorum queue was never deleted if unused, with consumers or without: the connection ended with 540',
        seen: { on: 'rabbitmq 4.3.6' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2211',
        affected: { rabbitmq: '>=3.8.0 <3.8.3' },
        happened:
          'a quorum queue that was to be deleted only if unused was deleted although it had consumers',
        seen: { by: mutants.ifUnusedIgnored },
      },
    ],
    tags: ['work queues'],
  },
  async ({ client, queue, consumer, producer }) => {
    const tasks = await queue();
    const leaving = await consumer(tasks, { name: 'leaving' });
    const worker = await consumer(tasks, { name: 'worker' });
    const admin = await client({ name: 'admin' });
    await leaving.cancel();

    await expect((await admin.channel()).deleteQueue(tasks.name, { ifUnused: true })).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - queue '${tasks.name}'`, 'queue.delete'),
    );
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, 'still there');
    await expect(worker).toReceive(['still there']);
    await worker.cancel();
    await sender.sendToQueue(tasks, ['1', '2']);
    await premise(expect(() => tasks.counts(), 'what declare-ok says').toBecome({ ready: 2, consumers: 0 }));
    const deleted = (await admin.channel()).deleteQueue(tasks.name, { ifUnused: true });

    await expect(deleted).toBeAccepted();
    expect(await tasks.exists(), 'whether tasks is there').toBe(false);
  },
);

claim(
  'queues/delete-if-empty',
  {
    says: 'Deleting a queue only if it is empty is a channel error 406 while a message is in it, and keeps both; once the last message is gone, it is deleted, even with a consumer.',
    documented: [rule('queue/delete/if-empty/not-empty'), docs('channels#error-handling')],
    refutedBy: [mutants.ifEmptyIgnored, mutants.deletionsIgnored, mutants.errorCodeChanged(406, 405)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10543',
        affected: { rabbitmq: '>=3.8.3' },
        happened: 'a quorum queue was never deleted if empty, empty or not: the connection ended with 540',
        seen: { on: 'rabbitmq 4.3.6' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2211',
        affected: { rabbitmq: '>=3.8.0 <3.8.3' },
        happened: 'a quorum queue that was to be deleted only if empty was deleted with the messages in it',
        seen: { by: mutants.ifEmptyIgnored },
      },
    ],
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
    expect(await tasks.exists(), 'whether tasks is there').toBe(false);
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
    const [logs, news] = [await exchange('direct'), await exchange('fanout')];
    const errors = await queue();
    await errors.bindTo(logs, 'error');
    await errors.bindTo(news);
    const sender = await producer();
    await sender.publish(logs, 'error', 'before');
    await sender.publish(news, '', 'before');
    await premise(expect(errors).toHaveCounters({ ready: 2 }));

    await errors.delete();
    await queue({ name: errors.name });
    await sender.publish(logs, 'error', 'after');
    await sender.publish(news, '', 'after');
    await sender.sendToQueue(errors, 'by its name');

    await expect(errors).toReceive(['by its name']);
    const { exchanges } = management.in(await virtualHost());
    expect(await exchanges.bindings(logs.name, 'source'), 'the bindings of logs').toEqual([]);
    expect(await exchanges.bindings(news.name, 'source'), 'the bindings of news').toEqual([]);
  },
);
