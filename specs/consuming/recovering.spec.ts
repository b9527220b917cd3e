import { claim, connectionError, docs, expect, mutants, rule } from '#support';

claim(
  'consuming/recover-requeue',
  {
    says: 'basic.recover with requeue requeues all that is unacknowledged on its channel, and it is delivered again; what is unacknowledged on other channels stays there.',
    documented: [rule('basic/recover/01'), docs('specification#method-status-basic.recover')],
    refutedBy: [mutants.recoverIgnored, mutants.redeliveriesLost, mutants.redeliveredNeverSet],
  },
  async ({ queue, client, consumer, producer }) => {
    const tasks = await queue();
    const connection = await client();
    const bystander = await consumer(tasks, {
      on: await connection.channel(),
      name: 'bystander',
      prefetch: 1,
    });
    const forgetful = await consumer(tasks, { on: await connection.channel(), name: 'forgetful' });
    await (await producer()).sendToQueue(tasks, ['theirs', 'mine', 'mine too']);
    await expect(bystander).toReceive(['theirs']);
    await expect(forgetful).toReceive(['mine', 'mine too']);

    await forgetful.channel.recover();

    await expect(forgetful).toReceive([
      { body: 'mine', redelivered: false },
      { body: 'mine too', redelivered: false },
      { body: 'mine', redelivered: true },
      { body: 'mine too', redelivered: true },
    ]);
    await expect(bystander).toReceive(['theirs']);
  },
);

claim(
  'consuming/recover-no-requeue',
  {
    says: 'RabbitMQ has no recovery to the same consumer: basic.recover without requeue is refused with 540, and ends the connection.',
    documented: [docs('specification#method-status-basic.recover')],
    appliesTo: { rabbitmq: '*' },
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
