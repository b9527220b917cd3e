import {
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  notFor,
  notQuorum,
  numbered,
  premise,
  releaseNotes,
  rule,
} from '#support';

claim(
  'dead-lettering/reject',
  {
    says: 'A message that is rejected without requeue, by basic.reject or basic.nack, goes to the dead letter exchange of its queue, its body and properties as they were; one that is acknowledged or requeued does not.',
    documented: [docs('dlx#overview'), docs('confirms#consumer-nacks-requeue')],
    extensions: ['basic.nack', 'dead_letter_exchanges'],
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.rejectedAlwaysRequeued,
      mutants.requeueIgnored,
      mutants.rejectsIgnored,
      mutants.nacksIgnored,
      mutants.acksDeadLettered,
      mutants.deadLettersStripped,
      mutants.headerLost('host'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/4940',
        affected: { rabbitmq: '>=3.10.0 <3.10.5' },
        happened:
          'a quorum queue without a delivery limit crashed when it was to dead-letter what had been requeued before',
        seen: { not: 'Of the releases at hand none has it, and a proxy can not crash a queue' },
      },
      {
        report: 'https://github.com/cloudamqp/amqp-protocol.cr/pull/12',
        affected: { lavinmq: '<1.2.3' },
        happened: 'headers were lost when a message was dead-lettered',
        seen: { by: mutants.headerLost('host') },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
    const worker = await consumer(tasks, { name: 'worker' });
    const properties = { contentType: 'text/plain', correlationId: '17', messageId: 'first', type: 'task' };
    const headers = { host: 'alpha' };
    await (
      await producer()
    ).sendToQueue(tasks, [
      { body: 'rejected', ...properties, headers },
      'nacked',
      'acknowledged',
      'requeued',
      'rejected last',
    ]);
    const given = ['rejected', 'nacked', 'acknowledged', 'requeued', 'rejected last'];
    await premise(expect(worker).toReceive(given));

    const [rejected, nacked, acknowledged, requeued, last] = worker.deliveries.map(
      ({ deliveryTag }) => deliveryTag,
    );
    worker.reject(Number(rejected), { requeue: false });
    worker.nack(Number(nacked), { requeue: false });
    worker.ack(Number(acknowledged));
    worker.nack(Number(requeued), { requeue: true });
    await expect(worker).toReceive([...given, 'requeued']);
    worker.reject(Number(last), { requeue: false });
    // What was requeued before is rejected as anything else
    worker.reject(Number(worker.deliveries.at(-1)?.deliveryTag), { requeue: false });

    await expect(dead).toReceive(
      [
        { body: 'rejected', properties, headers },
        { body: 'nacked' },
        { body: 'rejected last' },
        { body: 'requeued' },
      ].map((each) => ({ properties: {}, headers: {}, ...each })),
      { inAnyOrder: true },
    );
  },
);

claim(
  'dead-lettering/expired',
  {
    says: 'A message that expires, by its own TTL or that of its queue, goes to the dead letter exchange of its queue; one without a TTL stays.',
    documented: [docs('dlx#overview'), docs('ttl#per-queue-message-ttl')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-message-ttl'),
      mutants.expirationIgnored,
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ exchange, queue, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const deadLettering = { 'x-dead-letter-exchange': letters.name };
    const [brief, lasting] = [
      await queue({ arguments: { ...deadLettering, 'x-message-ttl': 200 } }),
      await queue({ arguments: deadLettering }),
    ];
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(brief, 'by the queue');
    await sender.sendToQueue(lasting, [{ body: 'by itself', expiration: '200' }, 'not at all']);

    await expect(dead).toReceive(['by the queue', 'by itself'], { inAnyOrder: true });
    await expect(lasting).toHaveCounters({ ready: 1 });
  },
);

claim(
  'dead-lettering/maxlen',
  {
    says: 'What a queue drops since it is longer than its limit goes to its dead letter exchange: the oldest messages, in their order, with the reason maxlen.',
    documented: [docs('dlx#overview'), docs('maxlength#default-behaviour')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit'],
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentOff('x-max-length', 1),
      mutants.deathReasonWrong,
      mutants.deathHistoryLost,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const bounded = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-max-length': 2 },
    });
    const sender = await producer({ confirms: true });

    // One by one: what a quorum queue drops for several at once is a claim of its own
    for (const task of numbered(1, 5)) await sender.sendToQueue(bounded, task);

    await expect(dead).toReceive(numbered(1, 3).map((body) => ({ body, headers: diedOf('maxlen') })));
    await expect(bounded).toReceive(['4', '5']);
  },
);

claim(
  'dead-lettering/order',
  {
    says: 'Messages that a queue drops at once, since a policy limits it from then on, are dead-lettered in their order, the oldest first.',
    documented: [docs('maxlength#default-behaviour'), docs('queues#message-ordering'), releaseNotes('4.2.1')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit'],
    refutedBy: [mutants.deliveriesSwapped],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/14926',
        affected: { rabbitmq: '<4.2.1' },
        happened: 'a quorum queue dead-lettered what it dropped at once in the wrong order',
        seen: { on: 'rabbitmq 4.0.5' },
      },
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ exchange, queue, producer, policy }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const growing = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
    await (await producer({ confirms: true })).sendToQueue(growing, numbered(1, 9));

    await policy('queues', [growing], { 'max-length': 1 });
    const left = async () => (await growing.counts()).ready;
    await premise(expect(left, 'messages that are left').toBecome(1));

    await expect(dead).toReceive(numbered(1, 8));
    await expect(growing).toReceive(['9']);
  },
);

claim(
  'dead-lettering/delivery-limit',
  {
    says: 'A message that comes back to a quorum queue more often than its delivery limit allows goes to the dead letter exchange with the reason delivery_limit.',
    documented: [
      docs('dlx#overview'),
      docs('quorum-queues#poison-message-handling'),
      docs('quorum-queues#position-message-handling-configuring-dlx'),
      rule('basic/deliver/01'),
    ],
    extensions: ['dead_letter_exchanges'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-delivery-limit'),
      mutants.queueArgumentOff('x-delivery-limit', 1),
      mutants.returnsForgotten,
      notFor({ rabbitmq: '<4.3' }, 'What is nacked counts there too.', mutants.rejectsTakenForNacks),
      mutants.deathReasonWrong,
      mutants.deathHistoryLost,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-delivery-limit': 2 },
    });
    const worker = await consumer(tasks, { name: 'worker' });
    await (await producer()).sendToQueue(tasks, 'poison');

    for (let round = 1; round <= 3; round += 1)
      worker.reject(await premise(worker.next()), { requeue: true });

    await expect(dead).toReceive([{ body: 'poison', headers: diedOf('delivery_limit') }]);
    await expect(worker).toReceive(['poison', 'poison', 'poison']);
  },
);

claim(
  'dead-lettering/purge-delete-not',
  {
    says: 'What is purged from a queue, or goes with it, by a deletion or when the whole queue expires, is not dead-lettered.',
    documented: [docs('dlx#overview'), rule('queue/delete/01')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'queue_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.removedAreDeadLettered, mutants.purgesIgnored],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ exchange, queue, producer, virtualHost, management }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const deadLettering = { 'x-dead-letter-exchange': letters.name };
    const [purged, deleted, expiring] = [
      await queue({ arguments: { ...deadLettering, 'x-max-length': 2 } }),
      await queue({ arguments: deadLettering }),
      await queue({ arguments: { ...deadLettering, 'x-expires': 2_000 } }),
    ];
    const sender = await producer({ confirms: true });
    for (const each of [purged, deleted, expiring]) await sender.sendToQueue(each, 'never dead-lettered');

    await purged.purge();
    await deleted.delete();
    // Not by AMQP: to be asked for would renew its time
    const at = `/queues/${encodeURIComponent(await virtualHost())}/${expiring.name}`;
    const answer = async () => (await management.http.request('GET', at, { accept: [404] })).status;
    // It has two seconds to live
    await premise(expect(answer, 'the status of the expiring queue').toBecome(404, { within: 10_000 }));

    for (const task of ['dropped', '1', '2']) await sender.sendToQueue(purged, task);
    await expect(dead).toReceive(['dropped']);
  },
);

/** The headers of a message that died once. */
function diedOf(reason: string) {
  return { 'x-death': [expect.objectContaining({ reason })] };
}
