import { claim, connectionError, expect, mutants, rule } from '#support';

claim(
  'publishing/immediate-unsupported',
  {
    says: 'RabbitMQ has no immediate publishing: a basic.publish with immediate is refused with 540, and ends the connection.',
    documented: [rule('basic/publish/immediate/01')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.immediateIgnored, mutants.errorCodeChanged(540, 541)],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    const sender = await raw({ name: 'sender' });

    await sender.send(
      'basic.publish',
      { routingKey: tasks.name, immediate: true },
      { content: { body: Buffer.from('now or never') } },
    );

    await expect(sender).toBeRefused(
      connectionError(540, 'NOT_IMPLEMENTED - immediate=true', 'basic.publish'),
    );
    await sender.send('connection.close-ok');
    await (await producer()).sendToQueue(tasks, 'afterwards');
    await expect(tasks).toReceive(['afterwards']);
  },
);
