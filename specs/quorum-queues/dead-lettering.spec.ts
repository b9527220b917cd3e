import { claim, docs, expect, mutants, notClassic, notQuorum, premise } from '#support';

claim(
  'quorum-queues/returned-dead-lettered',
  {
    says: 'A message that was returned to a quorum queue dies as any other: when it is rejected then, when it expires, or when the queue has got too long.',
    documented: [docs('dlx#overview'), docs('quorum-queues#dead-lettering')],
    extensions: ['dead_letter_exchanges', 'message_ttl', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit, quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-max-length'),
      mutants.expirationIgnored,
      mutants.redeliveriesLost,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/4940',
        affected: { rabbitmq: '>=3.10.0 <3.10.5' },
        happened: 'a quorum queue crashed when a message died that had been returned to it before',
        seen: { by: mutants.queueArgumentLost('x-dead-letter-exchange') },
      },
    ],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const deadLettering = { 'x-dead-letter-exchange': letters.name };
    const [unlimited, bounded] = [
      await queue({ arguments: deadLettering }),
      await queue({ arguments: { ...deadLettering, 'x-max-length': 1 } }),
    ];
    const sender = await producer({ confirms: true });
    const [worker, undertaker] = [
      await consumer(unlimited, { name: 'worker', prefetch: 1 }),
      await consumer(dead, { name: 'undertaker' }),
    ];

    await sender.sendToQueue(unlimited, 'rejected');
    worker.reject(await premise(worker.next()), { requeue: true });
    worker.reject(await worker.next(), { requeue: false });
    await expect(undertaker).toReceive(['rejected']);

    await sender.sendToQueue(unlimited, { body: 'expired', expiration: '500' });
    const held = await premise(worker.next());
    await worker.cancel();
    worker.reject(held, { requeue: true });
    const taken = await consumer(bounded, { name: 'taken', on: sender.channel });
    await sender.sendToQueue(bounded, 'too long');
    const returned = await premise(taken.next());
    await taken.cancel();
    taken.reject(returned, { requeue: true });
    await sender.sendToQueue(bounded, 'the next');

    await expect(undertaker).toReceive(['rejected', 'expired', 'too long'], { inAnyOrder: true });
  },
);
