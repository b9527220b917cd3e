import { claim, docs, expect, mutants, notQuorum, numbered, premise, type Stage } from '#support';

claim(
  'publisher-confirms/every-publish-once',
  {
    says: 'Each message that is published in confirm mode is acked or nacked, once, and never both.',
    documented: [docs('confirms#server-sent-nacks')],
    extensions: ['publisher_confirms', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.rejectionBefore3_8_10 },
    refutedBy: [
      mutants.confirmsDoubled,
      mutants.confirmLost(20),
      mutants.acksContradicted,
      mutants.nacksAfterTheirAcks,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/1719',
        affected: { rabbitmq: '>=3.7.0 <3.7.15' },
        happened: 'an ack that spoke of several messages was followed by nacks of some of them',
        seen: { by: mutants.nacksAfterTheirAcks },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/6115',
        affected: { rabbitmq: '>=3.10.0 <3.10.10 || >=3.11.0 <3.11.2' },
        happened: 'messages to mirrored queues were not confirmed any more',
        seen: { not: 'It takes the mirrored queues of a cluster, and the story is about one node' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ raw, producer, queue }) => {
    const [tasks, full] = [
      await queue(),
      await queue({ arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } }),
    ];

    const hasty = await raw({ name: 'hasty' });
    await hasty.send('confirm.select');
    await premise(hasty.expect('confirm.select-ok'));
    for (const burst of [1, 2]) {
      for (const { name } of numbered(1, 10).flatMap(() => [full, tasks]))
        await hasty.send('basic.publish', { routingKey: name }, { content: {} });

      const once = numbered(1, burst * 20).map(() => [expect.stringMatching(/^basic\.n?ack$/)]);
      await expect(async () => confirmsOf(hasty.unread, burst * 20)).toBecome(once);
    }

    const sender = await producer({ confirms: true });

    for (const task of numbered(1, 10)) {
      await sender.sendToQueue(tasks, task);
      await sender.sendToQueue(full, task);
    }
    await sender.channel.settled();

    const told = numbered(1, 20).map((number) => sender.channel.confirmations.get(Number(number)));
    expect(told, 'the confirms').toEqual(told.map(() => [expect.stringMatching(/^n?ack$/)]));
    await premise(() => expect(new Set(told.flat())).toEqual(new Set(['ack', 'nack'])));
  },
);

claim(
  'publisher-confirms/multiple',
  {
    says: 'A confirm with multiple speaks of all messages up to its number: however the broker batches the confirms of a burst, they add up to each message once.',
    documented: [docs('confirms#publisher-confirms')],
    extensions: ['publisher_confirms'],
    queueTypes: { stream: true },
    refutedBy: [mutants.confirmsBatchedUntold, mutants.confirmsDoubled],
    tags: ['work queues'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const sender = await raw({ name: 'sender' });
    await sender.send('confirm.select');
    await premise(sender.expect('confirm.select-ok'));
    const burst = numbered(1, 100);
    const persistent = (task: string) => ({ properties: { deliveryMode: 2 }, body: Buffer.from(task) });

    await Promise.all(
      burst.map((task) =>
        sender.send('basic.publish', { routingKey: tasks.name }, { content: persistent(task) }),
      ),
    );

    const open = new Set(burst.map(BigInt));
    while (open.size > 0) {
      const { deliveryTag, multiple } = (await sender.expect('basic.ack')).arguments;
      expect(open).toContain(deliveryTag);
      for (const each of open)
        if (each === deliveryTag || (multiple && each < deliveryTag)) open.delete(each);
    }
    await premise(expect(tasks).toReceive(burst));
  },
);

claim(
  'publisher-confirms/consume-before-store',
  {
    says: 'A message that is gone before it could be stored is confirmed with an ack too: delivered with automatic acknowledgement, acknowledged or rejected.',
    documented: [docs('confirms#server-sent-nacks'), docs('confirms#when-publishes-are-confirmed')],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.confirmLost(30), mutants.acksTakenForNacks],
    tags: ['work queues'],
  },
  async ({ producer, queue, consumer }) => {
    const [automatic, acknowledged, rejected] = [await queue(), await queue(), await queue()];
    const listener = await consumer(automatic, { name: 'listener', noAck: true });
    const worker = await consumer(acknowledged, { name: 'worker', work: 0 });
    const critic = await consumer(rejected, { name: 'critic' });
    critic.channel.on('delivery', (delivery) => critic.reject(delivery, { requeue: false }));
    const sender = await producer({ confirms: true });
    const tasks = numbered(1, 10);
    const persistent = tasks.map((body) => ({ body, persistent: true }));

    const told = await Promise.all(
      [automatic, acknowledged, rejected].map((each) => sender.sendToQueue(each, persistent)),
    );

    const acks = tasks.map(() => 'ack');
    expect(told, 'the confirms').toEqual([acks, acks, acks]);
    for (const each of [listener, worker, critic]) await premise(expect(each).toReceive(tasks));
  },
);

claim(
  'publisher-confirms/expired-before-store',
  {
    says: 'A message that expires as soon as it comes to a queue is confirmed with an ack too.',
    documented: [docs('confirms#server-sent-nacks'), docs('ttl#per-message-ttl-in-publishers')],
    extensions: ['publisher_confirms', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    // The last one, as a later one may stand for several
    refutedBy: [mutants.confirmLost(10), mutants.acksTakenForNacks],
    tags: ['work queues'],
  },
  async ({ producer, queue }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });
    const brief = numbered(1, 10).map((body) => ({ body, persistent: true, expiration: '0' }));

    const told = await sender.sendToQueue(tasks, brief);

    expect(told, 'the confirms').toEqual(brief.map(() => 'ack'));
    await sender.sendToQueue(tasks, 'lasting');
    await premise(expect(tasks).toReceive(['lasting']));
  },
);

claim(
  'publisher-confirms/purge',
  {
    says: 'Messages that are purged before they are confirmed are confirmed with an ack all the same.',
    documented: [docs('confirms#server-sent-nacks'), docs('confirms#when-publishes-are-confirmed')],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.confirmsLost, mutants.acksTakenForNacks, mutants.purgedNeverConfirmed],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/854',
        affected: { rabbitmq: '<3.6.3' },
        happened: 'what was purged before it was confirmed was never confirmed',
        seen: { by: mutants.purgedNeverConfirmed },
      },
    ],
    tags: ['work queues'],
  },
  async ({ producer, queue }) => {
    const purged = await queue();
    const sender = await producer({ confirms: true });
    const tasks = numbered(1, 100).map((body) => ({ body, persistent: true }));

    await sender.sendToQueue(purged, 'there is something to purge');
    const confirming = sender.sendToQueue(purged, tasks);
    const { messageCount: dropped } = await sender.channel.purgeQueue(purged.name);

    expect(await confirming, 'the confirms').toEqual(tasks.map(() => 'ack'));
    await premise(() => expect(dropped).toBeGreaterThanOrEqual(1));
  },
);

claim(
  'publisher-confirms/delete-purge',
  {
    says: 'Messages whose queue is purged or deleted before they are confirmed are confirmed with an ack all the same.',
    documented: [docs('confirms#server-sent-nacks'), docs('confirms#when-publishes-are-confirmed')],
    extensions: ['publisher_confirms'],
    queueTypes: { quorum: notQuorum.confirmedWhileDeleted },
    refutedBy: [
      mutants.confirmsLost,
      mutants.acksTakenForNacks,
      mutants.purgedNeverConfirmed,
      mutants.nackedWithTheirQueue,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/854',
        affected: { rabbitmq: '<3.6.3' },
        happened: 'what was purged before it was confirmed was never confirmed',
        seen: { by: mutants.purgedNeverConfirmed },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.6.0.txt',
        affected: { rabbitmq: '>=2.3.0 <2.6.0' },
        happened: 'what was not confirmed yet when its queue was deleted was nacked',
        seen: { by: mutants.nackedWithTheirQueue },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/15333',
        affected: { rabbitmq: '<4.2.5' },
        happened: 'what was published to a quorum queue while it was deleted was nacked',
        seen: { not: 'It depends on the moment, so the claim is not about quorum queues' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ producer, queue }) => {
    const [purged, deleted] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    const tasks = numbered(1, 100).map((body) => ({ body, persistent: true }));

    await sender.sendToQueue(purged, 'there is something to purge');
    const toPurged = sender.sendToQueue(purged, tasks);
    const { messageCount: dropped } = await sender.channel.purgeQueue(purged.name);
    const ofPurged = await toPurged;
    const toDeleted = sender.sendToQueue(deleted, tasks);
    await sender.channel.deleteQueue(deleted.name);
    const ofDeleted = await toDeleted;

    const acks = tasks.map(() => 'ack');
    expect(ofPurged, 'the confirms of what was purged').toEqual(acks);
    expect(ofDeleted, 'the confirms of what was in the deleted queue').toEqual(acks);
    await premise(() => expect(dropped).toBeGreaterThanOrEqual(1));
  },
);

/** Which confirms came of each message that was published; one with multiple is about what was not confirmed before. */
function confirmsOf(came: Awaited<ReturnType<Stage['raw']>>['unread'], published: number): string[][] {
  const confirms = Array.from({ length: published }, (): string[] => []);
  for (const said of came) {
    if (!('is' in said) || !(said.is('basic.ack') || said.is('basic.nack'))) continue;
    const { deliveryTag, multiple } = said.arguments;
    for (const [index, all] of confirms.entries()) {
      const number = BigInt(index + 1);
      if (number === deliveryTag || (multiple && number < deliveryTag && all.length === 0))
        all.push(said.name);
    }
  }
  return confirms;
}
