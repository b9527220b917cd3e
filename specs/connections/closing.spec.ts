import { claim, docs, expect, mutants, premise, rule, specification } from '#support';

claim(
  'connections/close-handshake',
  {
    says: 'connection.close is answered with close-ok, and ends all channels: what they had unacknowledged goes back to its queue.',
    documented: [
      rule('connection/close/stability'),
      specification('2.3.7', 1),
      docs('connections#lifecycle'),
      docs('channels#basics'),
    ],
    refutedBy: [mutants.closesAnsweredWithAnError],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const client = await raw();
    await client.send('channel.open', {}, { channel: 2 });
    await premise(client.expect('channel.open-ok', { channel: 2 }));
    await client.send('basic.get', { queue: tasks.name }, { channel: 2 });
    await premise(client.expect('basic.get-ok', { channel: 2 }));

    await client.send('connection.close', { replyCode: 200 });

    await client.expect('connection.close-ok');
    await expect(tasks).toReceive([{ body: 'task', redelivered: true }]);
  },
);

claim(
  'connections/close-drains-only-close',
  {
    says: 'What a client says after connection.close is discarded.',
    documented: [rule('connection/close/stability')],
    refutedBy: [mutants.carriedOutAfterClose],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const client = await raw();

    await client.together(() => [
      client.send('connection.close', { replyCode: 200 }),
      client.send('queue.purge', { queue: tasks.name }),
    ]);
    await client.expect('connection.close-ok');

    await expect(tasks).toReceive(['task']);
  },
);
