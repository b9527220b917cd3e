import { channelError, claim, connectionError, docs, expect, mutants, premise, rule } from '#support';

claim(
  'channels/error-scope',
  {
    says: 'An error of a channel ends that channel alone: another one of its connection keeps its consumer, and a new one can be opened.',
    documented: [docs('channels#error-handling')],
    refutedBy: [mutants.channelErrorsBreakTheConnection],
  },
  async ({ client, queue, uniqueName, consumer, producer }) => {
    const tasks = await queue();
    const connection = await client();
    const [failing, working] = [await connection.channel(), await connection.channel()];
    const worker = await consumer(tasks, { on: working });

    const missing = failing.declareQueuePassively(uniqueName('missing'));
    await expect(missing).toBeRefused(channelError(404, 'NOT_FOUND', 'queue.declare'));
    await (await producer()).sendToQueue(tasks, 'task');

    await expect(worker).toReceive(['task']);
    await expect(connection.channel()).toBeAccepted();
  },
);

claim(
  'channels/hard-error',
  {
    says: 'An error of the connection ends it with all its channels: what they had unacknowledged goes back to its queue.',
    documented: [docs('connections#error-handling')],
    refutedBy: [mutants.connectionErrorsBlamedOnChannels, mutants.secondOpenAnswered],
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

    await client.send('channel.open');
    await expect(client).toBeRefused(connectionError(504, 'CHANNEL_ERROR'));
    await client.send('connection.close-ok');

    await client.expectEnd();
    await expect(tasks).toReceive([{ body: 'task', redelivered: true }]);
  },
);

claim(
  'channels/passive-error-code',
  {
    says: 'An error of a channel says which method has failed and why: the codes 404, 403, 405 and 406, each with the class and the method.',
    documented: [docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorMethodForgotten,
      mutants.errorCodeChanged(404, 406),
      mutants.errorCodeChanged(405, 406),
      mutants.errorCodeChanged(406, 404),
    ],
  },
  async ({ client, openChannel, uniqueName }) => {
    const owner = await (await client()).channel();
    const locked = uniqueName('locked');
    await owner.declareQueue(locked, { exclusive: true, durable: false, type: 'classic' });
    const [missing, reserved, foreign, unknown] = [
      await openChannel(),
      await openChannel(),
      await openChannel(),
      await openChannel(),
    ];

    unknown.ack(7);

    await expect(missing.declareQueuePassively(uniqueName('missing'))).toBeRefused(
      channelError(404, 'NOT_FOUND', 'queue.declare'),
    );
    await expect(reserved.deleteExchange('amq.direct')).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'exchange.delete'),
    );
    await expect(foreign.purgeQueue(locked)).toBeRefused(channelError(405, 'RESOURCE_LOCKED', 'queue.purge'));
    await expect(unknown).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'basic.ack'));
  },
);

claim(
  'channels/flow-active',
  {
    says: 'channel.flow that asks for deliveries is answered with flow-ok, which says so, and they come.',
    documented: [docs('specification#method-status-channel.flow')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.flowAnsweredWithPause],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('channel.flow', { active: true });

    const { active } = (await client.expect('channel.flow-ok')).arguments;
    expect(active, 'active of the answer').toBe(true);
    await client.send('queue.declare', { exclusive: true });
    const { queue } = (await premise(client.expect('queue.declare-ok'))).arguments;
    await client.send('basic.consume', { queue });
    await premise(client.expect('basic.consume-ok'));
    await client.send('basic.publish', { routingKey: queue }, { content: { body: Buffer.from('task') } });
    await client.expect('basic.deliver');
  },
);

claim(
  'channels/flow-pause',
  {
    says: 'RabbitMQ lets no client pause its deliveries: channel.flow that asks for it is refused with 540, and ends the connection.',
    documented: [docs('specification#method-status-channel.flow'), rule('channel/flow/bidirectional')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.flowPausedByClients, mutants.errorCodeChanged(540, 541)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('channel.flow', { active: false });

    await expect(client).toBeRefused(connectionError(540, 'NOT_IMPLEMENTED', 'channel.flow'));
  },
);

claim(
  'channels/access-request',
  {
    says: 'RabbitMQ answers access.request, which AMQP 0-9-1 has no more, and nothing depends on it.',
    documented: [
      docs('specification#method-status-access.request'),
      docs('spec-differences#undeprecated-features'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessRequestsRefused],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.send('access.request', { realm: '/data', active: true, read: true, write: true });
    const { ticket } = (await client.expect('access.request-ok')).arguments;

    await client.send('queue.declare', { ticket, exclusive: true });
    const { queue } = (await client.expect('queue.declare-ok')).arguments;
    const content = { body: Buffer.from('task') };
    await client.send('basic.publish', { ticket, routingKey: queue }, { content });
    await client.send('basic.get', { ticket, queue, noAck: true });
    await client.expect('basic.get-ok');
    expect(client.unread, 'what else came').toEqual([]);
  },
);
