import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, premise } from '#support';

claim(
  'dead-lettering/cycle-dropped',
  {
    says: 'A message that comes back to a queue by dead-lettering alone, without having been rejected on the way, is dropped.',
    documented: [docs('dlx#dead-letter-cycle')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    // Each round would be told once more: so does who delivers what is told twice
    refutedBy: [mutants.queueArgumentLost('x-message-ttl'), mutants.deliveriesDuplicated],
    tags: ['work queues'],
  },
  async ({ exchange, queue, producer }) => {
    const [there, back] = [await exchange('fanout'), await exchange('fanout')];
    const rounds = await queue();
    const expiring = { 'x-message-ttl': 100 };
    const first = await queue({ arguments: { ...expiring, 'x-dead-letter-exchange': there.name } });
    const second = await queue({ arguments: { ...expiring, 'x-dead-letter-exchange': back.name } });
    await second.bindTo(there);
    await first.bindTo(back);
    // A copy of each dead letter that goes on, which is in no cycle itself
    for (const letters of [there, back]) await rounds.bindTo(letters);

    await (await producer({ confirms: true })).sendToQueue(first, 'task');
    const watcher = await rounds.consumer('watcher');
    await expect(watcher).toReceive(['task', 'task']);

    // Time enough for three rounds more
    await pause(600);
    await expect(watcher).toReceive(['task', 'task']);
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
    tags: ['work queues'],
  },
  async ({ queue, consumer, producer, uniqueName }) => {
    const name = uniqueName('tasks');
    const retries = await queue({
      arguments: { 'x-message-ttl': 50, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name },
    });
    const tasks = await queue({
      name,
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': retries.name },
    });
    const worker = await consumer(tasks, { name: 'worker' });

    await (await producer()).sendToQueue(tasks, 'task');
    worker.reject(await premise(worker.next()), { requeue: false });
    await expect(worker).toReceive(['task', 'task']);
    worker.reject(await premise(worker.next()), { requeue: false });

    await expect(worker).toReceive(['task', 'task', 'task']);
  },
);
