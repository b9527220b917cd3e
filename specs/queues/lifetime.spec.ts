import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notForQueues,
  notQuorum,
  premise,
  rule,
  tutorial,
} from '#support';

claim(
  'queues/outlives-consumer',
  {
    says: 'A queue that is not auto-delete stays, with what is in it, after its last consumer has gone.',
    documented: [docs('queues#properties'), docs('queues#temporary-queues')],
    refutedBy: [
      notForQueues(
        'quorum',
        'A quorum queue that is to be auto-delete is refused.',
        mutants.autoDeleteAlways,
      ),
      mutants.manualAckTakenForAutomatic,
    ],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ queue, client, consumer, producer }) => {
    const hello = await queue();
    const temporary = await queue({ type: 'classic', autoDelete: true });
    const receiver = await client({ name: 'receiver' });
    const last = await consumer(hello, { name: 'last', on: await receiver.channel() });
    await consumer(temporary, { on: await receiver.channel() });
    await (await producer()).sendToQueue(hello, 'kept');
    await premise(last.next());

    await receiver.close();

    await premise(expect(() => temporary.exists(), 'whether temporary is there').toBecome(false));
    expect(await hello.exists(), 'whether hello is there').toBe(true);
    await expect(hello).toReceive(['kept']);
  },
);

claim(
  'queues/autodelete-last-consumer',
  {
    says: 'An auto-delete queue stays while it has a consumer, and goes with its last one, whatever is still in it.',
    documented: [docs('queues#properties'), docs('queues#temporary-queues')],
    queueTypes: { quorum: notQuorum.autoDelete },
    refutedBy: [mutants.autoDeleteIgnored, mutants.autoDeletedWithFirstConsumer],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<0.9.8' },
        happened: 'an auto-delete queue was still in its virtual host after its last consumer had gone',
        seen: { by: mutants.autoDeleteIgnored },
      },
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer, management, virtualHost }) => {
    const tasks = await queue({ autoDelete: true });
    const first = await consumer(tasks, { name: 'first', prefetch: 1 });
    const last = await consumer(tasks, { name: 'last', prefetch: 1 });

    await first.channel.connection.close();
    expect(await tasks.exists(), 'whether tasks is there').toBe(true);
    await (await producer()).sendToQueue(tasks, ['1', '2']);
    await expect(last).toReceive(['1']);
    await last.cancel();

    await expect(() => tasks.exists(), 'whether tasks is there').toBecome(false);
    const names = await management.in(await virtualHost()).queues.names();
    expect(names, 'the names of the queues').not.toContain(tasks.name);
  },
);

claim(
  'queues/autodelete-never-consumed',
  {
    says: 'An auto-delete queue that never had a consumer stays, also when it is polled and its connection closes; its first consumer takes it along.',
    documented: [docs('queues#temporary-queues'), docs('queues#properties')],
    queueTypes: { quorum: notQuorum.autoDelete },
    refutedBy: [mutants.autoDeletedWithFirstUse, mutants.autoDeleteIgnored],
    tags: ['work queues'],
  },
  async ({ client, existingQueue, consumer, producer, uniqueName }) => {
    const polling = await client({ name: 'polling' });
    const channel = await polling.channel();
    const { queue: name } = await channel.declareQueue(uniqueName('tasks'), { autoDelete: true });
    const tasks = await existingQueue(name);
    await (await producer({ confirms: true })).sendToQueue(tasks, ['1', '2']);

    await premise(async () => expect((await channel.get(name, { noAck: true }))?.body).toBe('1'));
    await polling.close();

    expect(await tasks.exists(), 'whether tasks is there').toBe(true);
    const first = await consumer(tasks, { name: 'first' });
    await premise(expect(first).toReceive(['2']));
    await first.cancel();
    await expect(() => tasks.exists(), 'whether tasks is there').toBecome(false);
  },
);

claim(
  'queues/exclusive-owner',
  {
    says: 'An exclusive queue is usable by the connection that declared it alone: for another one it is a channel error 405 to declare it, also passively, to consume or get from it, to purge, delete, bind or unbind it.',
    documented: [
      docs('queues#exclusive-queues'),
      tutorial('three', 'temporary-queues'),
      rule('queue/declare/exclusive/exclusive'),
      rule('queue/declare/exclusive/types'),
    ],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [
      mutants.exclusiveIgnored,
      mutants.lockedQueuesUnbound,
      mutants.locksToldAsDifferences,
      mutants.errorCodeChanged(405, 403),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1887',
        affected: { rabbitmq: '<3.7.13' },
        happened:
          'whoever declared the exclusive queue of another connection with other flags was told with 406 that these differ',
        seen: { by: mutants.locksToldAsDifferences },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'a connection could bind and unbind the exclusive queue of another one',
        seen: { by: mutants.lockedQueuesUnbound },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, consumer, exchange, producer, uniqueName }) => {
    const logs = await exchange('fanout');
    const owner = await client({ name: 'owner' });
    const stranger = await client({ name: 'stranger' });
    const mine = uniqueName('mine');
    const owned = await owner.channel();
    await owned.declareQueue(mine, { exclusive: true, durable: false });
    await owned.bindQueue(mine, logs.name);
    await (await producer()).sendToQueue(mine, 'private');
    const locked = (method: string) =>
      channelError(405, `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${mine}'`, method);
    const another = () => stranger.channel();

    for (const properties of [
      { exclusive: true, durable: false },
      { exclusive: false, durable: true },
      { exclusive: true, durable: false, arguments: { 'x-team': 'theirs' } },
    ])
      await expect((await another()).declareQueue(mine, properties)).toBeRefused(locked('queue.declare'));
    await expect((await another()).declareQueuePassively(mine)).toBeRefused(locked('queue.declare'));
    await expect((await another()).consume(mine)).toBeRefused(locked('basic.consume'));
    await expect((await another()).get(mine)).toBeRefused(locked('basic.get'));
    await expect((await another()).purgeQueue(mine)).toBeRefused(locked('queue.purge'));
    await expect((await another()).deleteQueue(mine)).toBeRefused(locked('queue.delete'));
    await expect((await another()).bindQueue(mine, logs.name, 'theirs')).toBeRefused(locked('queue.bind'));
    await expect((await another()).unbindQueue(mine, logs.name)).toBeRefused(locked('queue.unbind'));

    await expect(await consumer(mine, { name: 'own', on: await owner.channel() })).toReceive(['private']);
  },
);

claim(
  'queues/exclusive-other-channel',
  {
    says: 'An exclusive queue belongs to a connection and not to a channel: each channel of the connection may use it, and it stays when the channel closes that declared it.',
    documented: [docs('queues#exclusive-queues')],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.exclusiveToChannel],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, consumer, exchange, producer, uniqueName }) => {
    const logs = await exchange('fanout');
    const owner = await client({ name: 'owner' });
    const [declaring, another] = [await owner.channel(), await owner.channel()];
    const mine = uniqueName('mine');
    const properties = { exclusive: true, durable: false };
    await declaring.declareQueue(mine, properties);

    await expect(another.bindQueue(mine, logs.name)).toBeAccepted();
    await (await producer({ confirms: true })).publish(logs, '', ['1', '2', '3']);
    await declaring.close();

    await expect(another.declareQueue(mine, properties)).toBeAccepted();
    const got = another.get(mine, { noAck: true });
    await expect(got).toBeAccepted();
    expect((await got)?.body, 'the body that was got').toBe('1');
    const consuming = consumer(mine, { name: 'third', on: await owner.channel() });
    await expect(consuming).toBeAccepted();
    await expect(await consuming).toReceive(['2', '3']);
    await expect(another.purgeQueue(mine)).toBeAccepted();
    await expect(another.deleteQueue(mine)).toBeAccepted();
  },
);

claim(
  'queues/exclusive-transient',
  {
    says: 'An exclusive queue is never durable, whatever it is declared as: the broker shows it as transient, and declaring it again with the flag or without it is accepted.',
    documented: [docs('semantics#exclusive-durable')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.exclusiveQueuesShownDurable],
    tags: ['publish/subscribe'],
    needs: ['management'],
  },
  async ({ openChannel, management, virtualHost, uniqueName }) => {
    const [channel, name] = [await openChannel(), uniqueName('mine')];

    await expect(channel.declareQueue(name, { exclusive: true, durable: true })).toBeAccepted();

    const shown = await management.in(await virtualHost()).queues.get(name);
    expect(shown, 'the queue').toMatchObject({ exclusive: true, durable: false });
    await expect(channel.declareQueue(name, { exclusive: true, durable: false })).toBeAccepted();
    await expect(channel.declareQueue(name, { exclusive: true, durable: true })).toBeAccepted();
  },
);
