import { claim, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

claim(
  'dead-lettering/full-target',
  {
    says: 'A full queue that rejects what is published takes no dead letters either: it does not grow by what is dead-lettered to it beyond its limit, and keeps what it has.',
    documented: [docs('maxlength#overflow-behaviour'), docs('dlx#safety')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.rejectionBefore3_8_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentLost('x-overflow'),
      mutants.queueArgumentOff('x-max-length', 100),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/8495',
        affected: { rabbitmq: '>=3.10.8' },
        happened: 'a quorum queue with a limit that rejects publishes took dead letters without end',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const letters = await exchange('fanout');
    const full = await queue({ arguments: { 'x-max-length': 5, 'x-overflow': 'reject-publish' } });
    const witness = await queue({ type: 'classic' });
    for (const target of [full, witness]) await target.bindTo(letters);
    const tasks = await queue({ type: 'classic', arguments: { 'x-dead-letter-exchange': letters.name } });
    const worker = await consumer(tasks, { name: 'worker' });
    await (await producer()).sendToQueue(tasks, numbered(1, 100));
    await premise(expect(worker).toReceive(numbered(1, 100)));

    for (const delivery of worker.deliveries) worker.reject(delivery, { requeue: false });
    await premise(expect(witness).toReceive(numbered(1, 100)));

    const kept = (await full.takeAll()).map(({ body }) => body);
    expect(kept.slice(0, 5), 'the first that it kept').toEqual(numbered(1, 5));
    // A quorum queue may take some more before it rejects others
    expect(kept.length, 'how many it kept').toBeLessThan(50);
  },
);
