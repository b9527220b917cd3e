import { claim, connectionError, docs, expect, mutants, premise, rule } from '#support';

claim(
  'consuming/recover-requeue',
  {
    says: 'basic.recover with requeue requeues all that is unacknowledged on its channel, and it is delivered again, marked as redelivered; what is unacknowledged on other channels stays there.',
    documented: [rule('basic/recover/01'), docs('specification#method-status-basic.recover')],
    refutedBy: [
      mutants.recoverIgnored,
      mutants.recoverForConsumersAlone,
      mutants.redeliveriesLost,
      mutants.redeliveredNeverSet,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/398',
        affected: { lavinmq: '<1.0.0-beta.6' },
        happened:
          'basic.recover requeued neither what basic.get had taken nor what a cancelled consumer held',
        seen: { by: mutants.recoverForConsumersAlone },
      },
    ],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [theirs, mine] = [await queue(), await queue()];
    const [taken, left] = [await queue(), await queue()];
    const bystander = await consumer(theirs, { on: await openChannel(), name: 'bystander' });
    const forgetful = await consumer(mine, { on: await openChannel(), name: 'forgetful' });
    const leaver = await consumer(left, { on: forgetful.channel, name: 'leaver' });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(theirs, 'theirs');
    await sender.sendToQueue(mine, ['mine', 'mine too']);
    await sender.sendToQueue(taken, 'taken');
    await sender.sendToQueue(left, 'left');
    await premise(expect(bystander).toReceive(['theirs']));
    await premise(expect(forgetful).toReceive(['mine', 'mine too']));
    await premise(expect(leaver).toReceive(['left']));
    const got = await forgetful.channel.get(taken.name);
    await premise(() => expect(got?.body).toBe('taken'));
    await leaver.cancel();

    const recovered = forgetful.channel.recover();

    await expect(recovered).toBeAccepted();
    await expect(forgetful).toReceive(['mine', 'mine too', 'mine', 'mine too'], { inAnyOrder: true });
    const again = forgetful.deliveries.slice(2);
    expect(again.map(({ body }) => body).toSorted(), 'the bodies that came again').toEqual([
      'mine',
      'mine too',
    ]);
    expect(
      again.map(({ redelivered }) => redelivered),
      'redelivered, of each delivery',
    ).toEqual([true, true]);
    await expect(taken).toReceive([{ body: 'taken', redelivered: true }]);
    await expect(left).toReceive([{ body: 'left', redelivered: true }]);
    await expect(bystander).toReceive(['theirs']);
  },
);

claim(
  'consuming/recover-no-requeue',
  {
    says: 'RabbitMQ has no recovery to the same consumer: basic.recover or basic.recover-async without requeue is refused with 540, and ends the connection.',
    documented: [
      docs('specification#method-status-basic.recover'),
      docs('specification#method-status-basic.recover-async'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.recoverAlwaysRequeues, mutants.errorCodeChanged(540, 541), mutants.recoverIgnored],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    for (const method of ['basic.recover', 'basic.recover-async'] as const) {
      const forgetful = await raw({ name: 'forgetful' });

      await forgetful.send(method, { requeue: false });

      await expect(forgetful).toBeRefused(connectionError(540, 'NOT_IMPLEMENTED - requeue=false', method));
    }
  },
);

claim(
  'consuming/recover-async',
  {
    says: 'basic.recover-async with requeue requeues all that is unacknowledged on its channel without an answer, and each message comes again marked as redelivered.',
    documented: [rule('basic/recover-async/01'), docs('specification#method-status-basic.recover-async')],
    refutedBy: [mutants.recoverIgnored, mutants.redeliveriesLost, mutants.redeliveredNeverSet],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    await (await producer()).sendToQueue(tasks, ['1', '2']);
    const forgetful = await raw({ name: 'forgetful' });
    await forgetful.send('basic.consume', { queue: tasks.name });
    await premise(forgetful.expect('basic.consume-ok'));
    const twice = async () => [
      await forgetful.expect('basic.deliver'),
      await forgetful.expect('basic.deliver'),
    ];
    await premise(twice());

    await forgetful.send('basic.recover-async', { requeue: true });

    const again = (await twice()).map(({ body, arguments: { redelivered } }) => ({
      body: body.toString(),
      redelivered,
    }));
    expect(again, 'what came again').toHaveLength(2);
    expect(again, 'what came again').toContainEqual({ body: '1', redelivered: true });
    expect(again, 'what came again').toContainEqual({ body: '2', redelivered: true });
  },
);
