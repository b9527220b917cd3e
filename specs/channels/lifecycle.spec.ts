import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  premise,
  rule,
  specification,
} from '#support';

claim(
  'channels/open-close',
  {
    says: 'A channel opens and closes by itself: the others of its connection go on, and its number can be used again.',
    documented: [
      docs('channels#lifecycle'),
      docs('channels#closing-channels'),
      docs('channels#basics'),
      docs('channels#opening-channels'),
      specification('2.3.7', 1),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.channelsTakeTheirConnection, mutants.channelNumbersSpent],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const client = await raw();
    const works = async (channel: number) => {
      const queue = uniqueName('tasks');
      await client.send('queue.declare', { queue, exclusive: true }, { channel });
      await client.expect('queue.declare-ok', { channel });
      const content = { body: Buffer.from('task') };
      await client.send('basic.publish', { routingKey: queue }, { channel, content });
      await client.send('basic.get', { queue, noAck: true }, { channel });
      await client.expect('basic.get-ok', { channel });
    };

    for (const _ of ['first', 'again']) {
      await client.send('channel.open', {}, { channel: 2 });
      await client.expect('channel.open-ok', { channel: 2 });
      await works(2);
      await client.send('channel.close', { replyCode: 200 }, { channel: 2 });
      await client.expect('channel.close-ok', { channel: 2 });
      await works(1);
    }
  },
);

claim(
  'channels/double-open',
  {
    says: 'Opening a channel that is open is a connection error 504.',
    documented: [rule('channel/open/state')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.secondOpenAnswered,
      mutants.errorCodeChanged(504, 503),
      mutants.connectionErrorsBlamedOnChannels,
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('channel.open');

    await expect(client).toBeRefused(connectionError(504, 'CHANNEL_ERROR', 'channel.open'));
  },
);

claim(
  'channels/use-unopened',
  {
    says: 'A method on a channel that was not opened is a connection error 504.',
    documented: [docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.channelsOpenedByUse,
      mutants.errorCodeChanged(504, 503),
      mutants.connectionErrorsBlamedOnChannels,
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('queue.declare', { exclusive: true }, { channel: 7 });
    // Answered if the broker goes on
    await client.send('basic.qos');

    await expect(client).toBeRefused(connectionError(504, 'CHANNEL_ERROR'));
  },
);

claim(
  'channels/effects-after-ok',
  {
    says: 'What a method asks for is so for everybody when its answer comes: a queue is there, bound, unbound, empty or gone.',
    documented: [specification('4.6', 1)],
    refutedBy: [
      mutants.bindingsIgnored,
      mutants.unbindingsIgnored,
      mutants.purgesIgnored,
      mutants.deletionsIgnored,
    ],
  },
  async ({ queue, exchange, openChannel, client, producer }) => {
    const [tasks, logs] = [await queue(), await exchange('fanout')];
    const admin = await openChannel();
    const other = await (await client()).channel();
    const sender = await producer({ confirms: true });
    const next = async () => (await other.get(tasks.name, { noAck: true }))?.body;

    await admin.bindQueue(tasks.name, logs.name);
    await sender.publish(logs, '', 'while it is bound');
    expect(await next(), 'what the bound queue got').toBe('while it is bound');
    await admin.unbindQueue(tasks.name, logs.name);
    await sender.publish(logs, '', 'while it is not');
    expect(await next(), 'what the unbound queue got').toBeUndefined();
    await sender.sendToQueue(tasks, ['purged', 'purged too']);
    await admin.purgeQueue(tasks.name);
    expect(await next(), 'what the purged queue has').toBeUndefined();
    await admin.deleteQueue(tasks.name);
    await expect(other.declareQueuePassively(tasks.name)).toBeRefused(
      channelError(404, 'NOT_FOUND', 'queue.declare'),
    );
  },
);

claim(
  'channels/nowait',
  {
    says: 'A method with no-wait is carried out and not answered: declaring, binding, purging, deleting, consuming and cancelling.',
    documented: [docs('specification#method-status-queue.declare')],
    extensions: ['auto_delete_exchanges', 'exchange_exchange_bindings'],
    refutedBy: [mutants.nowaitAnswered, mutants.nowaitNotCarriedOut],
    tags: ['the wire'],
  },
  async ({ raw, queue, exchange, uniqueName }) => {
    const [tasks, gone, logs] = [await queue(), await queue(), await exchange('fanout')];
    const [source, obsolete] = [uniqueName('source'), await exchange('fanout')];
    const client = await raw({ name: 'client' });
    const noWait = true;
    const answered = async () => {
      await client.send('basic.qos');
      await client.expect('basic.qos-ok');
    };

    await client.send('exchange.declare', { exchange: source, type: 'fanout', autoDelete: true, noWait });
    await client.send('exchange.bind', { source, destination: logs.name, noWait });
    await client.send('queue.bind', { queue: tasks.name, exchange: logs.name, noWait });
    await client.send('queue.delete', { queue: gone.name, noWait });
    await client.send('exchange.delete', { exchange: obsolete.name, noWait });
    await client.send('basic.consume', { queue: tasks.name, consumerTag: 'worker', noAck: true, noWait });
    await answered();
    const content = { body: Buffer.from('task') };
    await client.send('basic.publish', { exchange: source }, { content });
    expect((await client.expect('basic.deliver')).body.toString(), 'the body of the delivery').toBe('task');
    await client.send('basic.cancel', { consumerTag: 'worker', noWait });
    await answered();
    await client.send('basic.publish', { exchange: source }, { content });
    await answered();
    await client.send('queue.purge', { queue: tasks.name, noWait });
    await answered();

    await client.send('queue.declare', { queue: tasks.name, passive: true });
    const { messageCount } = (await client.expect('queue.declare-ok')).arguments;
    expect(messageCount, 'messages of the purged queue').toBe(0);
    await premise(async () => expect(client.unread).toEqual([]));
    await client.send('exchange.declare', { exchange: obsolete.name, type: 'fanout', passive: true });
    await client.expect('channel.close');
    await client.send('channel.close-ok');
    await client.send('channel.open');
    await premise(client.expect('channel.open-ok'));
    await client.send('queue.declare', { queue: gone.name, passive: true });
    await client.expect('channel.close');
  },
);
