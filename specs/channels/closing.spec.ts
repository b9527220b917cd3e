import { claim, expect, mutants, premise, rule } from '#support';

claim(
  'channels/close-drains-only-close',
  {
    says: 'Once the broker has closed a channel for an error, it discards what the client says on it before it has answered that.',
    documented: [rule('channel/close/stability')],
    refutedBy: [mutants.carriedOutAfterError],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/commit/f421d6e3e8359a686453b45a33b423b5ea129a32',
        affected: { lavinmq: '<2.9.0' },
        happened: 'an acknowledgement on a channel that was closed already ended the connection',
        seen: { not: 'That product is not at hand.' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer, uniqueName }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const client = await raw();

    await client.together(() => [
      client.send('queue.declare', { queue: uniqueName('missing'), passive: true }),
      client.send('queue.purge', { queue: tasks.name }),
      client.send('basic.ack', { deliveryTag: 1n }),
    ]);
    await premise(client.expect('channel.close'));
    await client.send('channel.close-ok');
    await client.send('channel.open');

    await client.expect('channel.open-ok');
    await expect(tasks).toReceive(['task']);
  },
);
