import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, numbered, premise, tutorial } from '#support';

claim(
  'expiry/message-queue-expires',
  {
    says: 'A message TTL bounds a queue that grows while all its workers are busy: what waited longer is never delivered, while without a TTL everything waits.',
    documented: [
      docs('ttl#per-queue-message-ttl'),
      tutorial('two', 'fair-dispatch'),
      docs('quorum-queues#queue-and-per-message-ttl'),
    ],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-message-ttl'), mutants.queueArgumentAssumed('x-message-ttl', 1)],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const tasks = await exchange('fanout');
    const [bounded, growing] = [await queue({ arguments: { 'x-message-ttl': 300 } }), await queue()];
    await bounded.bindTo(tasks);
    await growing.bindTo(tasks);
    const worker = await consumer(bounded, { name: 'worker', prefetch: 1 });
    await consumer(growing, { name: 'colleague', prefetch: 1 });
    const sender = await producer({ confirms: true });

    await sender.publish(tasks, '', numbered(1, 5));
    const first = await premise(worker.next());

    await expect(bounded).toHaveCounters({ ready: 0 });
    await expect(growing).toHaveCounters({ ready: 4, unacknowledged: 1 });
    worker.ack(first);
    await worker.channel.caughtUpWith(bounded.name);
    await sender.publish(tasks, '', '6');
    await expect(worker).toReceive(['1', '6']);
  },
);

claim(
  'expiry/message-message-expires',
  {
    says: 'A message with an expiration is never delivered nor given to basic.get later than that many milliseconds after it came to its queue; messages without one stay.',
    documented: [
      docs('ttl#per-message-ttl-in-publishers'),
      docs('ttl#per-queue-message-ttl'),
      docs('quorum-queues#queue-and-per-message-ttl'),
    ],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expirationIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.0.1.txt',
        affected: { rabbitmq: '<3.0.1' },
        happened: 'messages with an expiration of their own did not expire under some circumstances',
        seen: { by: mutants.expirationIgnored },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const [consumed, polled] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });

    for (const each of [consumed, polled])
      await sender.sendToQueue(each, [{ body: 'brief', expiration: '100' }, 'lasting']);
    await pause(150);

    await expect(consumed).toReceive(['lasting']);
    const taken = (await polled.takeAll()).map(({ body }) => body);
    expect(taken, 'what basic.get gave').toEqual(['lasting']);
  },
);

claim(
  'expiry/message-behind',
  {
    says: 'A message that expires behind one that does not is never delivered.',
    documented: [docs('ttl#message-ttl-applied-retroactively'), docs('ttl#per-queue-message-ttl')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expirationIgnored, mutants.expirationsBehindIgnored],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1606',
        affected: { lavinmq: '<2.6.5' },
        happened: 'what had waited behind a message without expiration did not expire any more',
        seen: { by: mutants.expirationIgnored },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.0.3.txt',
        affected: { rabbitmq: '>=3.0.0 <3.0.3' },
        happened: 'a message that came to the head of its queue by basic.get did not expire there',
        seen: { by: mutants.expirationIgnored },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const [tasks, polled] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });

    for (const each of [tasks, polled])
      await sender.sendToQueue(each, ['first', { body: 'brief', expiration: '100' }, 'last']);
    await pause(150);

    await expect(tasks).toReceive(['first', 'last']);
    const taken = (await polled.takeAll()).map(({ body }) => body);
    expect(taken, 'what basic.get gave').toEqual(['first', 'last']);
  },
);

claim(
  'expiry/message-lower-wins',
  {
    says: 'Of the expiration of a message and the message TTL of its queue, the lower counts.',
    documented: [docs('ttl#per-message-ttl-in-publishers')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expirationIgnored, mutants.queueArgumentLost('x-message-ttl')],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'not the lower counted of the expiration of a message and the TTL of its queue',
        seen: { by: mutants.expirationIgnored },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const [long, short] = ['3600000', '100'];
    const ofQueue = await queue({ arguments: { 'x-message-ttl': Number(short) } });
    const ofMessage = await queue({ arguments: { 'x-message-ttl': Number(long) } });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(ofQueue, { body: 'expires by the queue', expiration: long });
    await sender.sendToQueue(ofMessage, [
      { body: 'expires by itself', expiration: short },
      { body: 'stays', expiration: long },
    ]);
    await pause(Number(short) + 50);

    await expect(ofQueue).toReceive([], { name: 'of the queue' });
    await expect(ofMessage).toReceive(['stays'], { name: 'of the message' });
  },
);

claim(
  'expiry/message-per-queue-independent',
  {
    says: 'A message that went to several queues expires in each by the TTL of that queue: that it is gone in one changes nothing in the others.',
    documented: [docs('ttl#per-queue-message-ttl')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-message-ttl'), mutants.queueArgumentAssumed('x-message-ttl', 1)],
    tags: ['publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('fanout');
    const [brief, lasting] = [await queue({ arguments: { 'x-message-ttl': 100 } }), await queue()];
    for (const each of [brief, lasting]) await each.bindTo(logs);

    await (await producer({ confirms: true })).publish(logs, '', 'log');
    await pause(150);

    await expect(brief).toReceive([], { name: 'of the brief' });
    await expect(lasting).toReceive(['log'], { name: 'of the lasting' });
  },
);

claim(
  'expiry/message-zero',
  {
    says: 'With a TTL of 0, a message reaches a consumer that is ready for it, and expires where there is none.',
    documented: [docs('ttl#message-ttl-using-x-args')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-message-ttl'),
      mutants.queueArgumentOff('x-message-ttl', 60_000),
      mutants.zeroTtlNeverDelivered,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#117---2023-08-05',
        affected: { lavinmq: '<1.1.7' },
        happened: 'a message with a TTL of 0 did not reach a consumer that was ready',
        seen: { by: mutants.zeroTtlNeverDelivered },
      },
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const [awaited, alone] = [
      await queue({ arguments: { 'x-message-ttl': 0 } }),
      await queue({ arguments: { 'x-message-ttl': 0 } }),
    ];
    const worker = await consumer(awaited, { name: 'worker' });
    const sender = await producer({ confirms: true });

    for (const each of [awaited, alone]) await sender.sendToQueue(each, 'now or never');

    await expect(worker).toReceive(['now or never']);
    await expect(alone).toHaveCounters({ ready: 0 });
    await expect(alone).toReceive([], { name: 'too late' });
  },
);

claim(
  'expiry/message-zero-dead-lettered',
  {
    says: 'With a TTL of 0 and no consumer, a mandatory message is not returned, since a queue got it, but dead-lettered at once.',
    documented: [docs('ttl#message-ttl-using-x-args'), docs('dlx#overview')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.zeroTtlReturned,
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentOff('x-message-ttl', 60_000),
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({
      arguments: { 'x-message-ttl': 0, 'x-dead-letter-exchange': letters.name },
    });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, 'now or never', { mandatory: true });
    await expect(dead).toReceive(['now or never']);

    expect(sender.returned, 'what came back').toEqual([]);
  },
);

claim(
  'expiry/message-delivered-not-expired',
  {
    says: 'A message does not expire in the hands of a consumer, which can acknowledge it later than its TTL.',
    documented: [docs('ttl#per-queue-message-ttl')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.queueArgumentLost('x-message-ttl')],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({
      arguments: { 'x-message-ttl': 500, 'x-dead-letter-exchange': letters.name },
    });
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, ['held', 'waiting']);
    const held = await premise(worker.next());

    await expect(dead).toReceive(['waiting'], { name: 'undertaker' });
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
    worker.ack(held);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);

claim(
  'expiry/message-requeue-keeps-deadline',
  {
    says: 'A message that is requeued expires when it would have expired anyway: its time does not begin again.',
    documented: [docs('ttl#message-ttl-using-x-args')],
    extensions: ['basic.nack', 'dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.requeuedBeginAnew],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.8.2.txt',
        affected: { rabbitmq: '<2.8.2' },
        happened: 'a message that was consumed at once and requeued might not expire',
        seen: { by: mutants.requeuedBeginAnew },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const timed = { 'x-message-ttl': 3_000, 'x-dead-letter-exchange': letters.name };
    const [tasks, clock] = [await queue({ arguments: timed }), await queue({ arguments: timed })];
    const worker = await consumer(tasks, { name: 'worker' });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, 'requeued');
    const held = await premise(worker.next());

    // A second between all that is to be told apart
    await pause(1_000);
    await sender.sendToQueue(clock, 'published later');
    await pause(1_000);
    await worker.cancel();
    worker.nack(held, { requeue: true });
    const ready = async () => (await tasks.counts()).ready;
    await premise(expect(ready, 'messages that are back').toBecome(1));

    // By what dies first, since no clock of a busy machine is to be trusted
    await expect(dead).toReceive(['requeued', 'published later']);
  },
);

claim(
  'expiry/message-policy',
  {
    says: 'A policy with message-ttl does to the queues that it matches what x-message-ttl does to one, and leaves others alone.',
    documented: [docs('ttl#message-ttl-using-policy'), docs('policies')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      mutants.queueArgumentAssumed('x-message-ttl', 1),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#098---2020-03-09',
        affected: { lavinmq: '<0.9.8' },
        happened: 'a policy with a TTL did nothing to queues that were there already',
        seen: { by: mutants.policiesForQueuesThatAreThereIgnored },
      },
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ queue, producer, policy }) => {
    const [brief, other] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(other, 'task');
    const left = async () => {
      await brief.purge();
      await sender.sendToQueue(brief, 'task');
      return (await brief.counts()).ready;
    };

    await policy('queues', [brief], { 'message-ttl': 0 });

    await expect(left, 'messages that stayed in the queue').toBecome(0);
    await expect(other).toReceive(['task']);
  },
);
