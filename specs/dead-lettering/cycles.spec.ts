import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, premise } from '#support';

claim(
  'dead-lettering/cycle-dropped',
  {
    says: 'A message that comes back to a queue by dead-lettering alone, without having been rejected on the way, is dropped.',
    documented: [docs('dlx#dead-letter-cycle')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-message-ttl')],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, producer, uniqueName }) => {
    const [one, other] = [uniqueName('one'), uniqueName('other')];
    const cycle = (next: string) => ({
      'x-message-ttl': 100,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': next,
    });
    const first = await queue({ name: one, arguments: cycle(other) });
    const second = await queue({ name: other, arguments: cycle(one) });

    await (await producer({ confirms: true })).sendToQueue(first, 'task');

    // Time enough for three rounds: what goes on in circles is in one of both at any moment
    await pause(600);
    await expect(first).toHaveCounters({ ready: 0 });
    await expect(second).toHaveCounters({ ready: 0 });
    await expect(first).toReceive([]);
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
        report: 'https://github.com/cloudamqp/lavinmq/pull/1206',
        affected: { lavinmq: '<2.5.0' },
        happened:
          'a message that had died in a queue was not dead-lettered to it again, although it was rejected',
        seen: { by: mutants.cyclesAlwaysDropped },
      },
    ],
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
