import { claim, docs, expect, mutants, notClassic } from '#support';

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

claim(
  'quorum-queues/priority-negative',
  {
    says: 'A message with a negative priority, as the management API lets one publish it, is one of priority 0 for a quorum queue.',
    documented: [docs('quorum-queues#priorities')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.deliveriesSwapped, mutants.propertyIgnored('priority')],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/16279',
        affected: { rabbitmq: '>=4.3.0 <4.3.1' },
        happened: 'a message with a negative priority crashed its quorum queue for good',
        seen: { not: 'No release at hand has it, and a proxy can not crash a queue.' },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, producer, management, virtualHost }) => {
    const orders = await queue();
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(orders, { body: 'zero, before', priority: 0 });

    await management.in(await virtualHost()).exchanges.publish('', orders.name, 'negative', { priority: -1 });
    await sender.sendToQueue(orders, [
      { body: 'zero, after', priority: 0 },
      { body: 'one', priority: 1 },
    ]);
    await expect(orders).toReceive(['one', 'zero, before', 'negative', 'zero, after']);
  },
);
