import { claim, docs, expect, mutants, notClassic, notQuorum, premise } from '#support';

claim(
  'dead-lettering/at-least-once-retried',
  {
    says: 'What a quorum queue dead-letters at least once, and no queue gets, is tried again by itself after some time: it arrives when a queue was bound meanwhile.',
    documented: [docs('quorum-queues#caveats')],
    extensions: ['dead_letter_exchanges', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-dead-letter-strategy'), mutants.queueArgumentLost('x-overflow')],
    tags: ['work queues'],
    needs: ['ctl'],
    appliesTo: { rabbitmq: '>=3.10' },
  },
  async ({ exchange, queue, consumer, producer, broker }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    // Else it is tried again after three minutes
    await broker.whileSet('dead_letter_worker_publisher_confirm_timeout', '1000', async () => {
      const tasks = await queue({
        arguments: {
          'x-dead-letter-exchange': letters.name,
          'x-dead-letter-strategy': 'at-least-once',
          'x-overflow': 'reject-publish',
        },
      });
      const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
      await (await producer()).sendToQueue(tasks, ['task', 'another']);
      worker.reject(await premise(worker.next()), { requeue: false });
      // The queue gives what is next when it has dealt with the rejection
      await premise(worker.next());

      await dead.bindTo(letters);

      // As often as it took until it was confirmed
      const undertaker = await consumer(dead, { name: 'undertaker', noAck: true });
      const arrived = async () => [...new Set(undertaker.deliveries.map(({ body }) => body))];
      await expect(arrived, 'what arrives').toBecome(['task']);
    });
  },
);
