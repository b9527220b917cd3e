import { claim, docs, expect, mutants, notClassic, premise } from '#support';

claim(
  'quorum-queues/single-active-timeout',
  {
    says: 'When each consumer of a quorum queue with a single active consumer has taken longer than its timeout, the queue goes on: the next one that comes gets what they had.',
    documented: [docs('quorum-queues#consumer-timeout'), docs('consumers#single-active-consumer')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['consumer_cancel_notify', 'quorum_queues', 'single_active_consumer'],
    queueTypes: { classic: notClassic.consumerTimeout },
    refutedBy: [mutants.redeliveriesLost, mutants.deliveryLost(3)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/17317',
        affected: { rabbitmq: '>=4.3.0 <=4.3.5' },
        happened:
          'a queue whose consumers had all exceeded their timeout delivered nothing any more, to nobody',
        seen: { by: mutants.redeliveriesLost },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-single-active-consumer': true } });
    const slow = { prefetch: 1, arguments: { 'x-consumer-timeout': 500 } };
    const [first, second] = [
      await consumer(tasks, { name: 'first', ...slow }),
      await consumer(tasks, { name: 'second', ...slow }),
    ];

    await (await producer()).sendToQueue(tasks, ['1', '2']);
    for (const each of [first, second]) {
      await premise(each.next());
      await premise(
        expect(async () => each.channel.cancelled, `what was cancelled of ${each.name}`).toBecome([each.tag]),
      );
    }

    const third = await consumer(tasks, { name: 'third', prefetch: 1, work: 0 });
    await expect(third).toReceive(['1', '2']);
  },
);

claim(
  'quorum-queues/priority-expiry',
  {
    says: 'A message in a quorum queue that has waited as long as its expiration says expires, also while one of another priority, higher or lower, stays that came before it.',
    documented: [docs('quorum-queues#priority-aware-message-expiration')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['dead_letter_exchanges', 'message_ttl', 'quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.propertyIgnored('priority'), mutants.expirationIgnored],
  },
  async ({ exchange, queue, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const deadLettering = { arguments: { 'x-dead-letter-exchange': letters.name } };
    const [behindLower, behindHigher] = [await queue(deadLettering), await queue(deadLettering)];
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(behindLower, [
      { body: 'lower stays', priority: 1 },
      { body: 'higher expires', priority: 9, expiration: '200' },
    ]);
    await sender.sendToQueue(behindHigher, [
      { body: 'higher stays', priority: 9 },
      { body: 'lower expires', priority: 1, expiration: '200' },
    ]);

    // Nobody consumes: the queue itself sees that they have expired
    await expect(dead).toReceive(['higher expires', 'lower expires'], { inAnyOrder: true });
    await expect(behindLower).toReceive(['lower stays'], { name: 'of the lower' });
    await expect(behindHigher).toReceive(['higher stays'], { name: 'of the higher' });
  },
);
