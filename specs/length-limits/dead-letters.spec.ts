import { claim, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

claim(
  'length-limits/reject-publish-dead-letters',
  {
    says: 'A full queue with x-overflow reject-publish takes no dead letters of other queues either: some more than its limit may come, but not all.',
    documented: [docs('maxlength#overflow-behaviour'), docs('quorum-queues#length-limit')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.rejectionBefore3_8_10 },
    refutedBy: [mutants.queueArgumentLost('x-max-length'), mutants.queueArgumentLost('x-overflow')],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/8495',
        affected: { rabbitmq: '>=3.10.8' },
        happened: 'a full quorum queue with reject-publish went on to take dead letters',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const dead = await queue({ arguments: { 'x-max-length': 5, 'x-overflow': 'reject-publish' } });
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead.name },
    });
    const sender = await producer({ confirms: true });
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });

    for (const task of numbered(1, 60)) {
      await sender.sendToQueue(tasks, task);
      worker.reject(await premise(worker.next()), { requeue: false });
    }

    const last = await sender.sendToQueue(dead, 'published');
    expect(last, 'the confirm of what is published to the full queue').toEqual(['nack']);
    expect((await dead.counts()).ready, 'dead letters').toBeLessThan(30);
  },
);
