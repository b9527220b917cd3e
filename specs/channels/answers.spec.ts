import { claim, docs, expect, mutants, specification } from '#support';

claim(
  'channels/answered-once',
  {
    says: 'A synchronous method is answered once, and by an answer of its own.',
    documented: [specification('2.2.2')],
    queueTypes: 'unvaried',
    extensions: ['auto_delete_exchanges', 'exchange_exchange_bindings', 'publisher_confirms'],
    refutedBy: [mutants.purgesAnsweredTwice],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const [tasks, logs] = [uniqueName('tasks'), uniqueName('logs')];
    const [source, obsolete] = [uniqueName('source'), uniqueName('obsolete')];
    const client = await raw();

    await client.send('channel.flow', { active: true });
    await client.expect('channel.flow-ok');
    await client.send('queue.declare', { queue: tasks, exclusive: true });
    await client.expect('queue.declare-ok');
    for (const exchange of [source, logs, obsolete]) {
      await client.send('exchange.declare', { exchange, type: 'fanout', autoDelete: true });
      await client.expect('exchange.declare-ok');
    }
    await client.send('queue.bind', { queue: tasks, exchange: logs });
    await client.expect('queue.bind-ok');
    await client.send('basic.get', { queue: tasks });
    await client.expect('basic.get-empty');
    await client.send('basic.qos', { prefetchCount: 1 });
    await client.expect('basic.qos-ok');
    await client.send('basic.consume', { queue: tasks, consumerTag: 'worker' });
    await client.expect('basic.consume-ok');
    await client.send('basic.recover', { requeue: true });
    await client.expect('basic.recover-ok');
    await client.send('basic.cancel', { consumerTag: 'worker' });
    expect((await client.expect('basic.cancel-ok')).arguments, 'the answer').toEqual({
      consumerTag: 'worker',
    });
    await client.send('queue.purge', { queue: tasks });
    await client.expect('queue.purge-ok');
    await client.send('exchange.bind', { source, destination: logs });
    await client.expect('exchange.bind-ok');
    await client.send('exchange.unbind', { source, destination: logs });
    await client.expect('exchange.unbind-ok');
    await client.send('queue.unbind', { queue: tasks, exchange: logs });
    await client.expect('queue.unbind-ok');
    await client.send('exchange.delete', { exchange: obsolete });
    await client.expect('exchange.delete-ok');
    await client.send('channel.close', { replyCode: 200 });
    await client.expect('channel.close-ok');
    await client.send('channel.open');
    await client.expect('channel.open-ok');
    await client.send('confirm.select');
    await client.expect('confirm.select-ok');
    await client.send('channel.close', { replyCode: 200 });
    await client.expect('channel.close-ok');
    await client.send('channel.open');
    await client.expect('channel.open-ok');
    await client.send('tx.select');
    await client.expect('tx.select-ok');
    await client.send('basic.publish', { routingKey: tasks }, { content: { body: Buffer.from('task') } });
    await client.send('tx.commit');
    await client.expect('tx.commit-ok');
    await client.send('tx.rollback');
    await client.expect('tx.rollback-ok');
    await client.send('basic.get', { queue: tasks, noAck: true });
    await client.expect('basic.get-ok');
    await client.send('queue.delete', { queue: tasks });
    await client.expect('queue.delete-ok');
    await client.send('basic.qos');
    await client.expect('basic.qos-ok');

    expect(client.unread, 'what else came').toEqual([]);
  },
);

claim(
  'channels/errors-said-once',
  {
    says: 'The broker says once that it closes a channel or a connection, and nothing more on it after that.',
    documented: [specification('4.7'), docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.channelErrorsSaidTwice, mutants.connectionErrorsSaidTwice],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const client = await raw();

    await client.send('queue.declare', { queue: uniqueName('missing'), passive: true });
    await client.expect('channel.close');
    await client.send('channel.close-ok');
    await client.send('channel.open');
    await client.expect('channel.open-ok');
    await client.send('channel.open');
    await client.expect('connection.close');
    await client.send('connection.close-ok');

    client.end();
    await client.expectEnd();
    expect(client.unread, 'what else came').toEqual([]);
  },
);
