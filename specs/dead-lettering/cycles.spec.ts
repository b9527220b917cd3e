import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, premise } from '#support';

claim(
  'dead-lettering/cycle-dropped',
  {
    says: 'A message that comes back to a queue by dead-lettering alone, without having been rejected on the way, is dropped.',
    documented: [docs('dlx#dead-letter-cycle')],
    extensions: ['dead_letter_exchanges', 'message_ttl', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    // Each round would be told once more: so does who delivers what is told twice
    refutedBy: [mutants.queueArgumentLost('x-message-ttl'), mutants.deliveriesDuplicated],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1723',
        affected: { lavinmq: '<2.6.9' },
        happened: 'a message went round for ever when one of its dead letter exchanges had several queues',
        seen: { by: mutants.deliveriesDuplicated },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.3.1.txt',
        affected: { rabbitmq: '>=3.1.0 <3.3.1' },
        happened: 'a message went round for ever when queues dropped it since they were too long',
        seen: { by: mutants.deliveriesDuplicated },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, producer }) => {
    const sender = await producer({ confirms: true });
    const circle = async (arguments_: Record<string, number>) => {
      const [there, back, rounds] = [await exchange('fanout'), await exchange('fanout'), await queue()];
      const dying = async (letters: { name: string }) =>
        await queue({ arguments: { ...arguments_, 'x-dead-letter-exchange': letters.name } });
      const [first, second] = [await dying(there), await dying(back)];
      await second.bindTo(there);
      await first.bindTo(back);
      // A copy of each dead letter that goes on, which is in no cycle itself
      for (const letters of [there, back]) await rounds.bindTo(letters);
      await sender.sendToQueue(first, 'task');
      return await rounds.consumer('watcher');
    };

    const watchers = [await circle({ 'x-message-ttl': 100 }), await circle({ 'x-max-length': 0 })];
    for (const watcher of watchers) await expect(watcher).toReceive(['task', 'task']);

    // Time enough for three rounds more
    await pause(600);
    for (const watcher of watchers) await expect(watcher).toReceive(['task', 'task']);
  },
);

claim(
  'dead-lettering/cycle-reject-loops',
  {
    says: 'A message that was rejected on its way comes back to its queue by dead-lettering, as often as that happens.',
    documented: [docs('dlx#dead-letter-cycle')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.cyclesAlwaysDropped, mutants.queueArgumentLost('x-message-ttl')],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/11159',
        affected: { rabbitmq: '>=3.13.0 <3.13.3' },
        happened: 'messages that were rejected on their way were taken for a cycle and dropped',
        seen: { by: mutants.cyclesAlwaysDropped },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer, uniqueName }) => {
    const name = uniqueName('tasks');
    const [rejected, witness] = [await exchange('fanout'), await queue()];
    const retries = await queue({
      arguments: { 'x-message-ttl': 50, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name },
    });
    for (const each of [retries, witness]) await each.bindTo(rejected);
    const tasks = await queue({ name, arguments: { 'x-dead-letter-exchange': rejected.name } });
    const worker = await consumer(tasks, { name: 'worker' });
    const watcher = await consumer(witness, { name: 'watcher' });

    await (await producer()).sendToQueue(tasks, 'task');
    worker.reject(await premise(worker.next()), { requeue: false });
    await premise(expect(watcher).toReceive(['task']));
    await expect(worker).toReceive(['task', 'task']);
    worker.reject(await premise(worker.next()), { requeue: false });

    await expect(worker).toReceive(['task', 'task', 'task']);
  },
);
