import { channelError, claim, docs, expect, mutants, premise, rule, table } from '#support';

claim(
  'queues/declare-ok-counts',
  {
    says: 'declare-ok tells the name of the queue, how many messages are ready in it, without those that were delivered and not acknowledged yet, and how many consumers it has, also those that can’t take more.',
    documented: [
      docs('queues#queue-length'),
      docs('specification#method-status-queue.declare-ok'),
      docs('queues#metrics'),
    ],
    refutedBy: [
      mutants.messageCountWrong,
      mutants.unacknowledgedCountedAsReady,
      mutants.consumerCountWrong,
      mutants.unacknowledgedCountedAsConsumers,
      mutants.busyConsumersNotCounted,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16185',
        affected: { rabbitmq: '4.3.0-rc.0' },
        happened:
          'declare-ok of a quorum queue told how many messages were unacknowledged as the number of consumers',
        seen: { by: mutants.unacknowledgedCountedAsConsumers },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.0.txt',
        affected: { rabbitmq: '<3.1.0' },
        happened: 'declare-ok left out the consumers that held as many messages as their prefetch allows',
        seen: { by: mutants.busyConsumersNotCounted },
      },
    ],
    tags: ['hello world'],
  },
  async ({ openChannel, consumer, producer, uniqueName }) => {
    const tasks = uniqueName('tasks');
    const channel = await openChannel();
    const sender = await producer({ confirms: true });

    const empty = await channel.declareQueue(tasks);
    await sender.sendToQueue(tasks, ['1', '2', '3', '4']);
    const full = await channel.declareQueue(tasks);
    const busy = await consumer(tasks, { name: 'busy', prefetch: 2 });
    await premise(expect(busy).toReceive(['1', '2']));
    const leaving = await consumer(tasks, { name: 'leaving', prefetch: 1 });
    const three = await premise(leaving.next());
    const shared = await channel.declareQueue(tasks);
    leaving.ack(three);
    leaving.ack(await premise(leaving.next()));
    // What a consumer that was cancelled still holds is another question
    await premise(expect(leaving).toReceive(['3', '4']));
    await leaving.channel.settled();
    await leaving.cancel();
    await sender.sendToQueue(tasks, ['5', '6', '7']);
    const left = await channel.declareQueue(tasks);

    expect(empty, 'declare-ok of the empty queue').toEqual({
      queue: tasks,
      messageCount: 0,
      consumerCount: 0,
    });
    expect(full, 'declare-ok of the full queue').toEqual({ queue: tasks, messageCount: 4, consumerCount: 0 });
    expect(shared, 'declare-ok with two consumers').toEqual({
      queue: tasks,
      messageCount: 1,
      consumerCount: 2,
    });
    expect(left, 'declare-ok with one consumer').toEqual({ queue: tasks, messageCount: 3, consumerCount: 1 });
  },
);

claim(
  'queues/passive-found',
  {
    says: 'A passive declaration of a queue that is there, from any connection, answers its name and counts as an ordinary one does, and needs to know nothing of its properties.',
    documented: [
      rule('queue/declare/passive/passive'),
      docs('queues#property-equivalence'),
      rule('queue/declare/exclusive/types'),
    ],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.passiveTakenForActive,
      mutants.messageCountWrong,
      mutants.consumerCountWrong,
      mutants.busyConsumersNotCounted,
    ],
    tags: ['hello world'],
  },
  async ({ client, producer, queue, consumer }) => {
    const tasks = await queue({ arguments: { 'x-max-length': 10 } });
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2', '3']);
    const busy = await consumer(tasks, { name: 'busy', prefetch: 1 });
    await premise(expect(busy).toReceive(['1']));
    const asking = await (await client({ name: 'asking' })).channel();

    const answer = asking.declareQueuePassively(tasks.name);

    await expect(answer).toBeAccepted();
    expect(await answer, 'declare-ok').toEqual({ queue: tasks.name, messageCount: 2, consumerCount: 1 });
  },
);

claim(
  'queues/passive-missing',
  {
    says: 'A passive declaration of a queue that is not there is a channel error 404, and does not make it.',
    documented: [rule('queue/declare/passive/passive'), docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.passiveIgnored,
      mutants.passiveTakenForActive,
      mutants.errorCodeChanged(404, 406),
      mutants.channelErrorsBreakTheConnection,
      mutants.errorsBeyondLatinBreakTheConnection,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/12888',
        affected: { rabbitmq: '>=3.12.0 <4.0.5' },
        happened: 'asking for a queue with Greek letters in its name that was not there ended the connection',
        seen: { by: mutants.errorsBeyondLatinBreakTheConnection },
      },
    ],
    tags: ['hello world'],
    needs: ['management'],
  },
  async ({ openChannel, management, virtualHost, uniqueName }) => {
    const [missing, greek] = [uniqueName('missing'), uniqueName('λείπει')];
    const notFound = (what: string) => channelError(404, `NOT_FOUND - no queue${what}`, 'queue.declare');

    for (let asked = 1; asked <= 2; asked += 1) {
      await expect((await openChannel()).declareQueuePassively(missing)).toBeRefused(
        notFound(` '${missing}'`),
      );
      await expect((await openChannel()).declareQueuePassively(greek)).toBeRefused(notFound(''));
    }

    const names = await management.in(await virtualHost()).queues.names();
    expect(names, 'the names of the queues').not.toContain(missing);
    expect(names, 'the names of the queues').not.toContain(greek);
  },
);

claim(
  'queues/passive-ignores-args',
  {
    says: 'A passive declaration compares nothing but the name: other flags and other arguments than the queue has are no error, and change nothing.',
    documented: [rule('queue/declare/passive/equivalent'), rule('queue/declare/passive/passive')],
    extensions: ['queue_length_limit'],
    refutedBy: [mutants.passiveTakenForActive],
    tags: ['hello world'],
    needs: ['management'],
  },
  async ({ queue, raw, management, virtualHost }) => {
    const tasks = await queue({ arguments: { 'x-max-length': 10 } });
    const asking = await raw({ name: 'asking' });

    await asking.send('queue.declare', {
      queue: tasks.name,
      passive: true,
      durable: false,
      autoDelete: true,
      arguments: table({ 'x-max-length': 20, 'x-message-ttl': 1 }),
    });

    const { arguments: found } = await asking.expect('queue.declare-ok');
    expect(found, 'declare-ok').toMatchObject({ queue: tasks.name });
    expect(await management.in(await virtualHost()).queues.get(tasks.name)).toMatchObject({
      durable: true,
      auto_delete: false,
      arguments: { 'x-max-length': 10 },
    });
  },
);
