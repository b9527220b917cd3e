import { claim, docs, expect, mutants, notClassic, premise, type Stage } from '#support';

claim(
  'quorum-queues/delayed-retry',
  {
    says: 'With delayed retry, a message that was rejected comes back to its consumer after the minimum delay for each delivery of it that has failed, and not before; but never later than after the maximum.',
    documented: [
      docs('quorum-queues#delayed-retry'),
      docs('quorum-queues#queue-arguments'),
      docs('quorum-queues#recommended-approach-delayed-retry'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.delayedRetry },
    refutedBy: [
      mutants.queueArgumentLost('x-delayed-retry-type'),
      mutants.queueArgumentOff('x-delayed-retry-min', -400),
      mutants.queueArgumentOff('x-delayed-retry-max', 20_000),
      mutants.rejectsTakenForNacks,
      mutants.rejectsIgnored,
      mutants.requeueIgnored,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const retried = (min: number, max: number) =>
      queue({
        arguments: {
          'x-delayed-retry-type': 'all',
          'x-delayed-retry-min': min,
          'x-delayed-retry-max': max,
        },
      });
    const [growing, capped, clock] = [
      await retried(600, 60_000),
      await retried(1_000, 1_000),
      await retried(2_000, 2_000),
    ];
    const sender = await producer({ confirms: true });
    for (const each of [growing, capped, clock]) await sender.sendToQueue(each, each.name);
    const patient = await consumer(growing, { name: 'patient' });

    let task = await premise(patient.next());
    for (const failed of [1, 2]) {
      const returned = performance.now();
      patient.reject(task, { requeue: true });
      task = await patient.next();
      // Both clocks count in milliseconds, each from a moment of its own
      expect(performance.now() - returned, `ms after failure ${failed}`).toBeGreaterThan(600 * failed - 10);
    }

    // By what comes back first, since no clock of a busy machine is to be trusted
    const both = await consumer(capped, { name: 'both' });
    for (const _ of [1, 2]) both.reject(await both.next(), { requeue: true });
    const third = await both.next();
    const reference = await consumer(clock, { name: 'reference' });
    const later = await reference.next();
    const order: string[] = [];
    for (const { channel } of [both, reference]) channel.on('delivery', ({ body }) => order.push(body));
    both.reject(third, { requeue: true });
    reference.reject(later, { requeue: true });
    await expect(reference).toReceive([clock.name, clock.name]);
    expect(order, 'what came back, in order').toEqual([capped.name, clock.name]);
  },
);

claim(
  'quorum-queues/delayed-retry-types',
  {
    says: 'The type of delayed retry says what is delayed: failed what was rejected, returned what was nacked, and all both; with disabled, nothing is.',
    documented: [docs('quorum-queues#retry-types')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.delayedRetry },
    refutedBy: [
      mutants.queueArgumentTakenFor('x-delayed-retry-type', 'failed', 'all'),
      mutants.queueArgumentTakenFor('x-delayed-retry-type', 'returned', 'all'),
      mutants.queueArgumentTakenFor('x-delayed-retry-type', 'all', 'failed'),
      mutants.queueArgumentTakenFor('x-delayed-retry-type', 'all', 'returned'),
      mutants.queueArgumentTakenFor('x-delayed-retry-type', 'disabled', 'all'),
      mutants.nacksTakenForRejects,
      mutants.rejectsTakenForNacks,
    ],
  },
  async (stage) => {
    const cameBack = async (type: string) => [
      type,
      await returnedInOrder(stage, {
        arguments: {
          'x-delayed-retry-type': type,
          'x-delayed-retry-min': 2_000,
          'x-delayed-retry-max': 2_000,
        },
      }),
    ];

    const all = await Promise.all(['failed', 'returned', 'all', 'disabled'].map(cameBack));

    expect(Object.fromEntries(all), 'what came again, in order, by type').toEqual({
      failed: ['nacked', 'new', 'rejected'],
      returned: ['rejected', 'new', 'nacked'],
      all: ['new', 'rejected', 'nacked'],
      disabled: ['rejected', 'nacked', 'new'],
    });
  },
);

claim(
  'quorum-queues/delayed-retry-policy',
  {
    says: 'A policy delays what is returned to the quorum queues that it matches as the arguments of a queue do.',
    documented: [
      docs('quorum-queues#delayed-retry'),
      docs('quorum-queues#example-configuration'),
      docs('quorum-queues#policy-support'),
      docs('quorum-queues#policy-keys'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['basic.nack', 'quorum_queues'],
    queueTypes: { classic: notClassic.delayedRetry },
    refutedBy: [mutants.policiesIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16395',
        affected: { rabbitmq: '>=4.3.0 <4.3.1' },
        happened: 'a policy with the keys of delayed retry was refused',
        seen: { by: mutants.policiesIgnored },
      },
    ],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { policies } = stage.management.in(await stage.ownVirtualHost());
    const definition = {
      'delayed-retry-type': 'failed',
      'delayed-retry-min': 2_000,
      'delayed-retry-max': 2_000,
    };
    const wanted = policies.put('retry', {
      pattern: '^governed$',
      definition,
      'apply-to': 'queues',
    });
    await expect(wanted, 'the policy').toBeAccepted();

    const [byArguments, plain, governed, other] = await Promise.all([
      returnedInOrder(stage, {
        arguments: {
          'x-delayed-retry-type': 'failed',
          'x-delayed-retry-min': 2_000,
          'x-delayed-retry-max': 2_000,
        },
      }),
      returnedInOrder(stage, {}),
      returnedInOrder(stage, { name: 'governed' }),
      returnedInOrder(stage, { name: 'other' }),
    ]);

    const [delayed, prompt] = [
      ['nacked', 'new', 'rejected'],
      ['rejected', 'nacked', 'new'],
    ];
    await premise(() => expect(plain, 'what came again where nobody delays it').toEqual(prompt));
    await premise(() => expect(byArguments, 'what came again where arguments say so').toEqual(delayed));
    expect(governed, 'what came again to the governed, in order').toEqual(delayed);
    expect(other, 'what came again to the other, in order').toEqual(prompt);
  },
);

/** Rejects a message, nacks another, publishes a third one: in which order these come then. */
async function returnedInOrder(
  { queue, consumer, producer }: Stage,
  properties: Parameters<Stage['queue']>[0],
): Promise<string[]> {
  const tasks = await queue(properties);
  const sender = await producer({ confirms: true });
  const persistent = (body: string) => ({ body, persistent: true });
  await sender.sendToQueue(tasks, ['rejected', 'nacked'].map(persistent));
  // On one channel, so that the queue has both back before the third one comes
  const worker = await consumer(tasks, { on: sender.channel });
  await premise(expect(worker).toReceive(['rejected', 'nacked']));
  const [first, second] = worker.deliveries.map(({ deliveryTag }) => deliveryTag);
  await worker.cancel();
  worker.reject(Number(first), { requeue: true });
  worker.nack(Number(second), { requeue: true });
  await sender.sendToQueue(tasks, persistent('new'));

  const successor = await consumer(tasks, { on: sender.channel });
  const all = ['rejected', 'nacked', 'new'];
  await premise(expect(successor).toReceive(all, { inAnyOrder: true, within: 10_000 }));
  return successor.deliveries.map(({ body }) => body);
}
