import { claim, docs, expect, mutants, notClassic, notFor, numbered, premise, type Stage } from '#support';

claim(
  'quorum-queues/delivery-limit',
  {
    says: 'A message that was rejected and comes back more often than the delivery limit of its quorum queue allows is dropped where there is no dead letter exchange, whether it was consumed or taken by basic.get; others stay.',
    documented: [docs('quorum-queues#poison-message-handling')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.queueArgumentLost('x-delivery-limit'),
      mutants.queueArgumentOff('x-delivery-limit', 1),
      mutants.queueArgumentOff('x-delivery-limit', -1),
      mutants.returnsForgotten,
      notFor({ rabbitmq: '<4.3' }, 'What is nacked counts there too.', mutants.rejectsTakenForNacks),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/12405',
        affected: { rabbitmq: '>=4.0.0 <4.0.3' },
        happened: 'a quorum queue with a delivery limit could run into an exception',
        seen: { not: 'No release at hand has it.' },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/996',
        affected: { lavinmq: '<2.4.0' },
        happened: 'a message that was requeued above the limit was not dropped',
        seen: { by: mutants.queueArgumentLost('x-delivery-limit') },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2330',
        affected: { rabbitmq: '>=3.8.0 <3.8.4' },
        happened: 'a quorum queue crashed when a message that was taken by basic.get reached the limit',
        seen: { not: 'No release at hand has it, and a proxy can not crash a queue.' },
      },
    ],
  },
  async ({ openChannel, queue, consumer, producer }) => {
    const limited = { arguments: { 'x-delivery-limit': 2 } };
    const [consumed, polled] = [await queue(limited), await queue(limited)];
    const sender = await producer({ confirms: true });
    for (const each of [consumed, polled]) await sender.sendToQueue(each, 'poison');
    const worker = await consumer(consumed, { name: 'worker', prefetch: 1 });
    worker.reject(await premise(worker.next()), { requeue: true });
    const returned = await premise(worker.next());
    for (const each of [consumed, polled]) await sender.sendToQueue(each, 'task');

    worker.reject(returned, { requeue: true });
    worker.reject(await worker.next(), { requeue: true });
    await expect(worker).toReceive(['poison', 'poison', 'poison', 'task']);

    expect(
      await rejectedBefore(await openChannel(), polled, 'task'),
      'how often basic.get gave the poison',
    ).toBe(3);
  },
);

claim(
  'quorum-queues/delivery-limit-outstanding',
  {
    says: 'Each message that was unacknowledged when a connection broke off counts as one that failed: when that has happened more often than the delivery limit allows, all of them are dropped.',
    documented: [
      docs('quorum-queues#poison-message-handling'),
      docs('quorum-queues#when-is-delivery-count-incremented'),
    ],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.queueArgumentLost('x-delivery-limit'),
      mutants.queueArgumentOff('x-delivery-limit', 1),
      mutants.queueArgumentOff('x-delivery-limit', -1),
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-delivery-limit': 1 } });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, numbered(1, 3));

    for (const name of ['first', 'second']) {
      const worker = await consumer(tasks, { name, prefetch: 3 });
      await expect(worker).toReceive(numbered(1, 3), { inAnyOrder: true });
      worker.channel.connection.cut();
    }

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await sender.sendToQueue(tasks, 'after them');
    await expect(tasks).toReceive(['after them']);
  },
);

claim(
  'quorum-queues/delivery-limit-none',
  {
    says: 'Up to 3.13, a quorum queue without a delivery limit gives a message again however often it was rejected.',
    documented: [docs('quorum-queues#poison-message-handling')],
    appliesTo: { rabbitmq: '<4' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.queueArgumentAssumed('x-delivery-limit', 20),
      mutants.redeliveriesLost,
      mutants.rejectsIgnored,
      mutants.requeueIgnored,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    await (await producer()).sendToQueue(tasks, 'poison');
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });

    for (let round = 1; round <= 30; round += 1) worker.reject(await worker.next(), { requeue: true });

    expect((await worker.next()).body, 'what comes after 30 rejections').toBe('poison');
  },
);

claim(
  'quorum-queues/delivery-limit-default',
  {
    says: 'From 4.0 on, the delivery limit of a quorum queue is 20 unless it is set: a message that is rejected is given once and 20 times again, and then dropped.',
    documented: [docs('quorum-queues#poison-message-handling'), docs('quorum-queues#built-in-protections')],
    appliesTo: { rabbitmq: '>=4.0' },
    succeeds: 'quorum-queues/delivery-limit-none',
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      notFor({ rabbitmq: '<4.3' }, 'What is nacked counts there too.', mutants.rejectsTakenForNacks),
      mutants.queueArgumentAssumed('x-delivery-limit', 19),
      mutants.queueArgumentAssumed('x-delivery-limit', 21),
      mutants.queueArgumentAssumed('x-delivery-limit', -1),
    ],
  },
  async ({ openChannel, queue, producer }) => {
    const [tasks, sender, polling] = [await queue(), await producer({ confirms: true }), await openChannel()];
    await sender.sendToQueue(tasks, 'poison');
    await rejectedBefore(polling, tasks, 'task', 1);
    await premise(expect(async () => (await tasks.counts()).ready, 'messages that came back').toBecome(1));
    await sender.sendToQueue(tasks, 'task');

    expect(1 + (await rejectedBefore(polling, tasks, 'task')), 'how often the message was given').toBe(21);
  },
);

claim(
  'quorum-queues/delivery-limit-disabled',
  {
    says: 'From 4.0 on, a delivery limit of -1, as an argument of a quorum queue, is none: a message that is rejected is given again however often that happens.',
    documented: [
      docs('quorum-queues#disabling-the-delivery-limit'),
      docs('quorum-queues#poison-message-handling'),
    ],
    appliesTo: { rabbitmq: '>=4.0' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.queueArgumentLost('x-delivery-limit'),
      mutants.queueArgumentOff('x-delivery-limit', 1),
      mutants.rejectsIgnored,
      mutants.requeueIgnored,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-delivery-limit': -1 } });
    await (await producer()).sendToQueue(tasks, 'poison');
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });

    for (let round = 1; round <= 30; round += 1) worker.reject(await worker.next(), { requeue: true });

    expect((await worker.next()).body, 'what comes after 30 rejections').toBe('poison');
  },
);

claim(
  'quorum-queues/nack-unlimited',
  {
    says: 'From 4.3 on, basic.nack returns a message to a quorum queue as often as a consumer likes, whatever its delivery limit.',
    documented: [
      docs('quorum-queues#message-return-behavior-rabbitmq-43'),
      docs('quorum-queues#poison-message-handling'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.nacksTakenForRejects,
      mutants.nacksIgnored,
      mutants.requeueIgnored,
      mutants.redeliveriesLost,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const [limited, usual] = [await queue({ arguments: { 'x-delivery-limit': 2 } }), await queue()];
    const sender = await producer();

    for (const [tasks, rounds] of [
      [limited, 5],
      [usual, 30],
    ] as const) {
      await sender.sendToQueue(tasks, 'task');
      const worker = await consumer(tasks, { prefetch: 1 });
      for (let round = 1; round <= rounds; round += 1) worker.nack(await worker.next(), { requeue: true });
      expect((await worker.next()).body, `what comes after ${rounds} returns`).toBe('task');
    }
  },
);

claim(
  'quorum-queues/delivery-limit-policy',
  {
    says: 'A policy gives quorum queues a delivery limit, also those that are there already, and another one when it is changed.',
    documented: [
      docs('quorum-queues#overriding-the-limit'),
      docs('quorum-queues#poison-message-handling-configuring-limit'),
      docs('quorum-queues#policy-support'),
    ],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      mutants.policiesNeverChanged,
      notFor({ rabbitmq: '<4.3' }, 'What is nacked counts there too.', mutants.rejectsTakenForNacks),
    ],
    needs: ['management', 'administration', 'policies'],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1000',
        affected: { lavinmq: '<2.3.0' },
        happened: 'the limit of a policy did not count although it was lower than that of the queue',
        seen: { by: mutants.policiesIgnored },
      },
    ],
  },
  async ({ ownVirtualHost, openChannel, queue, consumer, producer, management }) => {
    const { policies } = management.in(await ownVirtualHost());
    const [governed, other] = [await queue({ name: 'governed' }), await queue({ name: 'other' })];
    const sender = await producer({ confirms: true });
    const limit = (allowed: number) =>
      policies.put('limit', {
        pattern: '^governed$',
        definition: { 'delivery-limit': allowed },
        'apply-to': 'queues',
      });
    const polling = await openChannel();
    const given = (tasks: Queue) => async () => {
      await tasks.purge();
      await sender.sendToQueue(tasks, ['poison', 'task']);
      return await rejectedBefore(polling, tasks, 'task', 6);
    };
    await sender.sendToQueue(governed, 'rejected once');
    await rejectedBefore(polling, governed, 'task', 1);
    await premise(expect(async () => (await governed.counts()).ready, 'messages that came back').toBecome(1));

    await limit(1);
    await expect(given(governed), 'how often a message was given').toBecome(2);
    await limit(3);
    await expect(given(governed), 'how often a message was given').toBecome(4);

    await sender.sendToQueue(other, 'task');
    const worker = await consumer(other, { name: 'worker' });
    for (let round = 1; round <= 5; round += 1) worker.reject(await worker.next(), { requeue: true });
    expect((await worker.next()).body, 'what the other queue gives after 5 rejections').toBe('task');
  },
);

claim(
  'quorum-queues/delivery-limit-policy-disabled',
  {
    says: 'From 4.0 on, a policy with a delivery limit of -1 lifts the limit of the quorum queues that it matches.',
    documented: [
      docs('quorum-queues#disabling-the-limit'),
      docs('quorum-queues#poison-message-handling-configuring-limit'),
    ],
    appliesTo: { rabbitmq: '>=4.0' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryLimit },
    refutedBy: [mutants.policiesIgnored, mutants.queueArgumentAssumed('x-delivery-limit', 20)],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, consumer, producer, management }) => {
    const { policies } = management.in(await ownVirtualHost());
    // Made before the queue, which so has it from the beginning
    await policies.put('unlimited', {
      pattern: '^unlimited$',
      definition: { 'delivery-limit': -1 },
      'apply-to': 'queues',
    });
    const tasks = await queue({ name: 'unlimited' });
    await (await producer()).sendToQueue(tasks, 'poison');
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
    worker.reject(await premise(worker.next()), { requeue: true });
    let poison = await premise(worker.next());

    for (let round = 2; round <= 30; round += 1) {
      worker.reject(poison, { requeue: true });
      poison = await worker.next();
    }

    expect(poison.body, 'what comes after 30 rejections').toBe('poison');
  },
);

type Channel = Awaited<ReturnType<Stage['openChannel']>>;
type Queue = Awaited<ReturnType<Stage['queue']>>;

/**
 * Takes what comes first by `basic.get` and rejects it, until something else comes or it was given often enough.
 *
 * @returns how often it was given before
 */
async function rejectedBefore(channel: Channel, tasks: Queue, next: string, enough = 40): Promise<number> {
  for (let given = 0; given < enough; given += 1) {
    const task = await channel.get(tasks.name);
    if (task?.body !== next && task !== undefined) {
      channel.reject(task, { requeue: true });
      continue;
    }
    if (task !== undefined) channel.ack(task);
    return given;
  }
  return enough;
}
