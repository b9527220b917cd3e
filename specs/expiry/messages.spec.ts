import { claim, docs, expect, mutants, notQuorum, numbered, premise, tutorial } from '#support';

claim(
  'expiry/message-queue-expires',
  {
    says: 'A message TTL bounds a queue that grows while all its workers are busy: what waited longer is never delivered, while without a TTL everything waits.',
    documented: [docs('ttl#per-queue-message-ttl'), tutorial('two', 'fair-dispatch')],
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
