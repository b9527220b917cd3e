import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notQuorum,
  premise,
  rule,
  tutorial,
  specification,
} from '#support';

claim(
  'queues/redeclare-same',
  {
    says: 'The first of two equal declarations makes the queue and the second changes nothing, whether the producer comes first or the consumer.',
    documented: [
      docs('queues#property-equivalence'),
      tutorial('one', 'receiving'),
      rule('queue/declare/passive/equivalent'),
    ],
    refutedBy: [mutants.redeclarationsRefused, mutants.redeclarationsEmptyQueues],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, client, consumer, existingQueue, uniqueName }) => {
    const sender = await producer();
    const receiver = await (await client({ name: 'receiver' })).channel();
    const [byProducer, byConsumer] = [uniqueName('producer-first'), uniqueName('consumer-first')];

    await expect(sender.channel.declareQueue(byProducer)).toBeAccepted();
    await sender.sendToQueue(byProducer, 'Hello World!');
    await expect(receiver.declareQueue(byProducer)).toBeAccepted();
    await expect(receiver.declareQueue(byConsumer)).toBeAccepted();
    const waiting = await consumer(byConsumer, { name: 'waiting' });
    await expect(sender.channel.declareQueue(byConsumer)).toBeAccepted();
    await sender.sendToQueue(byConsumer, 'Hello again!');

    await expect(await existingQueue(byProducer)).toReceive(['Hello World!'], { name: 'late' });
    await expect(waiting).toReceive(['Hello again!']);
  },
);

claim(
  'queues/redeclare-differs',
  {
    says: 'Redeclaring a queue with another durable or auto-delete flag is a channel error 406; the queue keeps its old flags and its messages, and another name works.',
    documented: [
      docs('queues#property-equivalence'),
      tutorial('two', 'message-durability'),
      rule('queue/declare/passive/equivalent'),
    ],
    queueTypes: { quorum: notQuorum.transient },
    refutedBy: [
      mutants.transientQueuesKept,
      mutants.autoDeleteIgnored,
      mutants.errorCodeChanged(406, 405),
      mutants.differingFlagsBreakTheConnection,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.2.0.txt',
        affected: { rabbitmq: '<2.2.0' },
        happened: 'redeclaring a queue with other flags ended the connection with 530',
        seen: { by: mutants.differingFlagsBreakTheConnection },
      },
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, openChannel, producer, management, virtualHost, uniqueName }) => {
    const hello = await queue({ durable: true, autoDelete: false });
    await (await producer()).sendToQueue(hello, 'task');
    await premise(expect(hello).toHaveCounters({ ready: 1 }));
    const [first, second, third] = [await openChannel(), await openChannel(), await openChannel()];

    const notDurable = first.declareQueue(hello.name, { durable: false, autoDelete: false });
    await expect(notDurable).toBeRefused(inequivalent('durable', hello));
    const autoDelete = second.declareQueue(hello.name, { durable: true, autoDelete: true });
    await expect(autoDelete).toBeRefused(inequivalent('auto_delete', hello));

    const queues = management.in(await virtualHost()).queues;
    expect(await queues.get(hello.name), 'the queue, as the management API tells').toMatchObject({
      durable: true,
      auto_delete: false,
    });
    await expect(hello).toHaveCounters({ ready: 1 });
    const taskQueue = uniqueName('task_queue');
    await expect(third.declareQueue(taskQueue, { durable: true, autoDelete: true })).toBeAccepted();
  },
);

claim(
  'queues/args-equivalence',
  {
    says: 'Redeclaring a queue with another value of a known argument, or without it, is a channel error 406, and the queue keeps the old value.',
    documented: [
      docs('queues#property-equivalence'),
      docs('queues#optional-arguments'),
      rule('queue/declare/passive/equivalent'),
    ],
    extensions: ['dead_letter_exchanges', 'message_ttl', 'queue_length_limit', 'queue_ttl'],
    refutedBy: [
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-message-ttl'),
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.4.2.txt',
        affected: { rabbitmq: '>=3.1.4 <3.4.2' },
        happened: 'redeclaring a queue with another dead-letter exchange was accepted and changed nothing',
        seen: { by: mutants.queueArgumentLost('x-dead-letter-exchange') },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.5.0.txt',
        affected: { rabbitmq: '>=2.2.0 <2.5.0' },
        happened:
          'redeclaring a queue with another time to live for its messages was accepted and changed nothing',
        seen: { by: mutants.queueArgumentLost('x-message-ttl') },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.0.txt',
        affected: { rabbitmq: '<3.1.0' },
        happened: 'the arguments about dead-lettering did not count when a queue was declared again',
        seen: { by: mutants.queueArgumentLost('x-dead-letter-exchange') },
      },
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, openChannel, management, virtualHost }) => {
    const { queues } = management.in(await virtualHost());
    // Not every version has those that are about time for each type
    const classic = { type: 'classic' } as const;

    for (const { argument, value, other, ...properties } of [
      { argument: 'x-max-length', value: 10, other: 20 },
      { argument: 'x-max-length-bytes', value: 1_000, other: 2_000 },
      { argument: 'x-dead-letter-exchange', value: 'one', other: 'other' },
      { ...classic, argument: 'x-message-ttl', value: 100_000, other: 200_000 },
      { ...classic, argument: 'x-expires', value: 100_000, other: 200_000 },
    ]) {
      const tasks = await queue({ ...properties, arguments: { [argument]: value } });
      const changed = { ...properties, arguments: { [argument]: other } };

      const redeclared = (await openChannel()).declareQueue(tasks.name, changed);
      await expect(redeclared).toBeRefused(inequivalent(argument, tasks));
      const without = (await openChannel()).declareQueue(tasks.name, properties);
      await expect(without).toBeRefused(inequivalent(argument, tasks));

      expect((await queues.get(tasks.name)).arguments, 'the arguments that were kept').toMatchObject({
        [argument]: value,
      });
    }
  },
);

claim(
  'queues/server-named',
  {
    says: 'A queue that is declared without a name gets a fresh one from the broker, and is empty: two consumers get two queues.',
    documented: [
      docs('queues#server-named-queues'),
      rule('queue/declare/queue/default-name'),
      tutorial('three', 'temporary-queues'),
      rule('queue/declare/queue/syntax'),
    ],
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [mutants.serverNamesRepeated],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, consumer, producer }) => {
    const one = await (await client({ name: 'one' })).channel();
    const two = await (await client({ name: 'two' })).channel();

    const byOne = one.declareQueue('', { exclusive: true, durable: false });
    await expect(byOne).toBeAccepted();
    const byTwo = two.declareQueue('', { exclusive: true, durable: false });
    await expect(byTwo).toBeAccepted();

    const [ofOne, ofTwo] = [await byOne, await byTwo];
    expect(ofTwo.queue, 'the name of the second queue').not.toBe(ofOne.queue);
    expect([ofOne.queue, ofTwo.queue], 'the names of the queues').not.toContain('');
    const [first, second] = [
      await consumer(ofOne.queue, { on: one }),
      await consumer(ofTwo.queue, { on: two }),
    ];
    const sender = await producer();
    await sender.sendToQueue(ofOne.queue, 'for one');
    await sender.sendToQueue(ofTwo.queue, 'for two');
    await expect(first).toReceive(['for one']);
    await expect(second).toReceive(['for two']);
  },
);

claim(
  'queues/server-named-prefix',
  {
    says: 'The name that the broker gives to a queue begins with amq., which is reserved, so that nobody else’s can be the same, and the queue can be asked for by it.',
    documented: [
      docs('queues#server-named-queues'),
      docs('queues#names'),
      tutorial('three', 'temporary-queues'),
      specification('3.1.10', 1),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [mutants.serverNamesUnmarked, mutants.reservedNamesNeverFound],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ openChannel, consumer, producer }) => {
    const channel = await openChannel();

    const { queue } = await channel.declareQueue('', { exclusive: true, durable: false });

    expect(queue, 'the name that the broker made').toMatch(/^amq\../);
    await expect(channel.declareQueuePassively(queue)).toBeAccepted();
    await (await producer()).sendToQueue(queue, 'by its name');
    await expect(await consumer(queue, { on: channel })).toReceive(['by its name']);
  },
);

function inequivalent(argument: string, queue: { name: string }) {
  const text = `PRECONDITION_FAILED - inequivalent arg '${argument}' for queue '${queue.name}'`;
  return channelError(406, text, 'queue.declare');
}
