import { claim, connectionError, docs, expect, mutants, premise, rule } from '#support';

claim(
  'consuming/recover-requeue',
  {
    says: 'basic.recover with requeue requeues all that is unacknowledged on its channel, and it is delivered again, marked as redelivered; what is unacknowledged on other channels stays there.',
    documented: [rule('basic/recover/01'), docs('specification#method-status-basic.recover')],
    refutedBy: [mutants.recoverIgnored, mutants.redeliveriesLost, mutants.redeliveredNeverSet],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [theirs, mine] = [await queue(), await queue()];
    const bystander = await consumer(theirs, { on: await openChannel(), name: 'bystander' });
    const forgetful = await consumer(mine, { on: await openChannel(), name: 'forgetful' });
    const sender = await producer();
    await sender.sendToQueue(theirs, 'theirs');
    await sender.sendToQueue(mine, ['mine', 'mine too']);
    await premise(expect(bystander).toReceive(['theirs']));
    await premise(expect(forgetful).toReceive(['mine', 'mine too']));

    const recovered = forgetful.channel.recover();

    await expect(recovered).toBeAccepted();
    await expect(forgetful).toReceive(['mine', 'mine too', 'mine', 'mine too'], { inAnyOrder: true });
    const again = forgetful.deliveries.slice(2);
    expect(again.map(({ body }) => body).toSorted()).toEqual(['mine', 'mine too']);
    expect(again.map(({ redelivered }) => redelivered)).toEqual([true, true]);
    await expect(bystander).toReceive(['theirs']);
  },
);

claim(
  'consuming/recover-no-requeue',
  {
    says: 'RabbitMQ has no recovery to the same consumer: basic.recover without requeue is refused with 540, and ends the connection.',
    documented: [docs('specification#method-status-basic.recover')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.recoverAlwaysRequeues, mutants.errorCodeChanged(540, 541), mutants.recoverIgnored],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const forgetful = await raw({ name: 'forgetful' });

    await forgetful.send('basic.recover', { requeue: false });

    await expect(forgetful).toBeRefused(
      connectionError(540, 'NOT_IMPLEMENTED - requeue=false', 'basic.recover'),
    );
  },
);
