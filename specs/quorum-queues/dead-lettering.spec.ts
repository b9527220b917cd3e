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
    const [tasks, brief, bounded] = [
      await queue({ arguments: deadLettering }),
      await queue({ arguments: deadLettering }),
      await queue({ arguments: { ...deadLettering, 'x-max-length': 1 } }),
    ];
    const sender = await producer({ confirms: true });
    const undertaker = await consumer(dead, { name: 'undertaker' });
    const sendAndReturn = async (
      to: typeof tasks,
      message: string | { body: string; expiration: string },
    ) => {
      const taker = await consumer(to, { on: sender.channel });
      await sender.sendToQueue(to, message);
      const taken = await premise(taker.next());
      await taker.cancel();
      taker.reject(taken, { requeue: true });
    };

    await sendAndReturn(tasks, 'rejected');
    await premise(expect(async () => (await tasks.counts()).ready, 'messages that came back').toBecome(1));
    const worker = await consumer(tasks, { name: 'worker' });
    worker.reject(await worker.next(), { requeue: false });
    await expect(undertaker).toReceive(['rejected']);

    await sendAndReturn(brief, { body: 'expired', expiration: '500' });
    await sendAndReturn(bounded, 'too long');
    await sender.sendToQueue(bounded, 'the next');

    await expect(undertaker).toReceive(['rejected', 'expired', 'too long'], { inAnyOrder: true });
  },
);
