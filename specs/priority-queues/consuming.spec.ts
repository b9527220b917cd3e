import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, premise } from '#support';

claim(
  'priority-queues/prefetch-interaction',
  {
    says: 'A message of a higher priority overtakes those that wait, and none of those that a consumer holds: it is given when the prefetch of the consumer allows the next.',
    documented: [docs('priority#interaction-with-consumers'), docs('priority#now-add-priorities')],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    refutedBy: [
      mutants.queueArgumentLost('x-max-priority'),
      mutants.propertyIgnored('priority'),
      mutants.prefetchIgnored,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1440',
        affected: { lavinmq: '<2.5.1' },
        happened: 'consumers of a queue with priorities waited for ever',
        seen: { not: 'No release of that product is at hand' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-max-priority': 5 } });
    const worker = await consumer(tasks, { name: 'worker', prefetch: 2 });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, [
      { body: 'low 1', priority: 1 },
      { body: 'low 2', priority: 1 },
    ]);
    await premise(expect(worker).toReceive(['low 1', 'low 2']));
    await sender.sendToQueue(tasks, [
      { body: 'low 3', priority: 1 },
      { body: 'high', priority: 5 },
    ]);

    await expect(worker).toReceive(['low 1', 'low 2']);
    for (const delivery of worker.deliveries) worker.ack(delivery);
    await expect(worker).toReceive(['low 1', 'low 2', 'high', 'low 3']);
  },
);

claim(
  'priority-queues/expiry-behind',
  {
    says: 'A message of a lower priority that expires behind one of a higher priority is never delivered.',
    documented: [docs('priority#interaction-with-other-features'), docs('ttl#per-queue-message-ttl')],
    extensions: ['message_ttl', 'priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    refutedBy: [mutants.expirationIgnored, mutants.expirationsBehindIgnored],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const tasks = await queue({ arguments: { 'x-max-priority': 5 } });
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, [
      { body: 'high', priority: 5 },
      { body: 'low, for a moment', priority: 1, expiration: '100' },
      { body: 'low', priority: 1 },
    ]);
    await pause(150);

    await expect(tasks).toReceive(['high', 'low']);
  },
);

claim(
  'priority-queues/no-starvation',
  {
    says: 'A classic queue gives its messages in rounds, from the highest priority to the lowest: a message of a higher priority that comes in the middle of a round waits until all lower ones were given.',
    documented: [docs('priority#resource-starvation')],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    irrefutable:
      'Every release gives the highest priority first at any moment, so that no broker does it which a proxy could break.',
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-max-priority': 5 } });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, [
      { body: 'low', priority: 1 },
      { body: 'high 1', priority: 5 },
      { body: 'high 2', priority: 5 },
    ]);
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
    const first = await premise(worker.next());

    await sender.sendToQueue(tasks, { body: 'high 3', priority: 5 });
    worker.ack(first);
    for (let round = 1; round <= 2; round += 1) worker.ack(await premise(worker.next()));

    await expect(worker).toReceive(['high 1', 'high 2', 'low', 'high 3']);
  },
);
