import { claim, docs, expect, mutants, notClassic, plain, premise, releaseNotes, type Stage } from '#support';

type Returned = 'nacked' | 'rejected' | 'left when its channel closed' | 'left when its connection broke off';

claim(
  'quorum-queues/delivery-count-first',
  {
    says: 'What a quorum queue gives for the first time, to a consumer or by basic.get, comes without the header x-delivery-count.',
    documented: [docs('quorum-queues#poison-message-handling'), releaseNotes('3.12.0')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.deliveryCount },
    refutedBy: [mutants.firstDeliveriesCounted],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/977',
        affected: { lavinmq: '<2.2.0' },
        happened: 'x-delivery-count was there with the first delivery, and counted that too',
        seen: { by: mutants.firstDeliveriesCounted },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/7732',
        affected: { rabbitmq: '>=3.8.0 <3.12.0' },
        happened: 'a message had the header x-delivery-count at its first delivery already',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
  },
  async ({ queue, openChannel, producer }) => {
    const [consumed, polled] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });

    for (const each of [consumed, polled]) await sender.sendToQueue(each, 'task');

    await expect(consumed).toReceive([{ body: 'task', headers: { 'x-delivery-count': undefined } }]);
    const task = await (await openChannel()).get(polled.name);
    expect(task?.body, 'what basic.get gave').toBe('task');
    expect(task?.headers, 'the headers of what basic.get gave').not.toHaveProperty('x-delivery-count');
  },
);

claim(
  'quorum-queues/delivery-count',
  {
    says: 'Up to 4.2, a quorum queue tells in the header x-delivery-count how often a message came back to it, whether it was nacked or rejected, or left unacknowledged on a channel or connection that ended.',
    documented: [docs('quorum-queues#poison-message-handling')],
    appliesTo: { rabbitmq: '<4.3' },
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.deliveryCount },
    refutedBy: [mutants.headerLost('x-delivery-count'), mutants.headerCountOff('x-delivery-count', 1)],
  },
  async (stage) => {
    const returned: Returned[] = [
      'nacked',
      'rejected',
      'left when its channel closed',
      'left when its connection broke off',
    ];

    const counts = await countsOf(stage, 'x-delivery-count', returned);

    expect(counts.slice(1), 'x-delivery-count of each further delivery').toEqual([1, 2, 3, 4]);
    await expectCountedByGet(stage);
  },
);

claim(
  'quorum-queues/delivery-count-failures',
  {
    says: 'From 4.3 on, x-delivery-count tells how many deliveries of a message have failed: it was rejected, or left unacknowledged on a channel or connection that ended. What basic.nack returns has not failed, and is not counted.',
    documented: [
      docs('quorum-queues#when-is-delivery-count-incremented'),
      docs('quorum-queues#message-return-behavior-rabbitmq-43'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'quorum-queues/delivery-count',
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.deliveryCount },
    refutedBy: [
      mutants.headerLost('x-delivery-count'),
      mutants.headerCountOff('x-delivery-count', 1),
      mutants.nacksTakenForRejects,
      mutants.rejectsTakenForNacks,
      mutants.acquisitionsTakenForFailures,
    ],
  },
  async (stage) => {
    const returned: Returned[] = [
      'nacked',
      'rejected',
      'nacked',
      'left when its channel closed',
      'left when its connection broke off',
      'nacked',
    ];

    const counts = await countsOf(stage, 'x-delivery-count', returned);

    // One that has not failed may be told of as 0
    expect(
      counts.map((count) => count ?? 0),
      'x-delivery-count of each delivery',
    ).toEqual([0, 0, 1, 1, 2, 3, 3]);
    await expectCountedByGet(stage);
  },
);

claim(
  'quorum-queues/acquired-count',
  {
    says: 'From 4.3 on, x-acquired-count tells a consumer how often the message was given to one before, however it came back.',
    documented: [
      docs('quorum-queues#poison-message-handling'),
      docs('quorum-queues#when-is-delivery-count-incremented'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.deliveryCount },
    refutedBy: [mutants.headerLost('x-acquired-count'), mutants.headerCountOff('x-acquired-count', -1)],
  },
  async (stage) => {
    const returned: Returned[] = [
      'nacked',
      'rejected',
      'left when its channel closed',
      'left when its connection broke off',
    ];

    const counts = await countsOf(stage, 'x-acquired-count', returned);

    expect(counts.slice(1), 'x-acquired-count of each further delivery').toEqual([1, 2, 3, 4]);
  },
);

claim(
  'quorum-queues/timeout-not-failed',
  {
    says: 'A message that comes back since its consumer took too long was acquired once more, and has not failed.',
    documented: [docs('quorum-queues#when-is-delivery-count-incremented')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['consumer_cancel_notify', 'quorum_queues'],
    queueTypes: { classic: notClassic.consumerTimeout },
    refutedBy: [mutants.acquisitionsTakenForFailures, mutants.headerLost('x-acquired-count')],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const slow = await consumer(tasks, { name: 'slow', arguments: { 'x-consumer-timeout': 500 } });
    await (await producer()).sendToQueue(tasks, 'task');
    await premise(expect(slow).toReceive(['task']));
    await premise(
      expect(async () => slow.channel.cancelled, 'what was cancelled of slow').toBecome([slow.tag]),
    );

    await expect(tasks).toReceive([
      { body: 'task', headers: { 'x-acquired-count': 1, 'x-delivery-count': undefined } },
    ]);
  },
);

/** What basic.get gives and is rejected, it gives again with a count of one more. */
async function expectCountedByGet({ queue, raw, producer }: Stage) {
  const tasks = await queue();
  await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
  const client = await raw();
  const counts: unknown[] = [];
  for (let round = 0; round <= 2; round += 1) {
    await client.send('basic.get', { queue: tasks.name });
    const got = await premise(client.expect('basic.get-ok'));
    counts.push(plain(got.properties.headers ?? [])['x-delivery-count']);
    await client.send('basic.reject', { deliveryTag: got.arguments.deliveryTag, requeue: true });
    // When what is rejected can be had again, no page says
    const ready = async () => (await tasks.counts()).ready;
    await premise(expect(ready, 'messages that can be had').toBecome(1));
  }
  expect(counts.slice(1), 'x-delivery-count of what basic.get gives again').toEqual([1, 2]);
}

/**
 * Gives a message to a consumer, which returns it, and so on.
 *
 * @returns what a header of it said each time
 */
async function countsOf({ queue, consumer, producer }: Stage, header: string, returned: readonly Returned[]) {
  const tasks = await queue();
  await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
  const counts: unknown[] = [];
  for (const [round, how] of [...returned, undefined].entries()) {
    // A new one each time: what it returns is not given to it again, but to its successor
    const worker = await consumer(tasks, { name: `worker ${round + 1}` });
    const task = await premise(worker.next());
    counts.push(task.headers[header]);
    if (how === 'nacked' || how === 'rejected') await worker.cancel();
    if (how === 'nacked') worker.nack(task, { requeue: true });
    if (how === 'rejected') worker.reject(task, { requeue: true });
    if (how === 'left when its channel closed') await worker.channel.close();
    if (how === 'left when its connection broke off') worker.channel.connection.cut();
  }
  return counts;
}
