import { claim, docs, expect, mutants, notClassic } from '#support';

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
