import { claim, docs, expect, mutants, premise, rule, specification } from '#support';

claim(
  'virtual-hosts/queues-apart',
  {
    says: 'The name of a queue counts within its virtual host alone: in another one the same name is another queue, whatever the two virtual hosts are called.',
    documented: [
      rule('connection/open/virtual-host/separation'),
      docs('access-control#authorisation'),
      docs('vhosts#logical-separation'),
      docs('vhosts#client-connections'),
    ],
    refutedBy: [mutants.virtualHostsTakenForOne],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/11038',
        affected: { rabbitmq: '>=3.8.0' },
        happened:
          'a quorum queue bar_baz in a virtual host foo kept a quorum queue baz from being made in a virtual host foo_bar',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
    tags: ['tutorial five', 'access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, uniqueName, client, consumer, producer, management }) => {
    const here = await ownVirtualHost();
    const there = `${here}_there`;
    const tasks = uniqueName('tasks');
    const others = `there_${tasks}`;
    await management.virtualHosts.put(there);
    try {
      const ofHere = await (await client({ name: 'here' })).channel();
      const ofThere = await (await client({ name: 'there', virtualHost: there })).channel();
      for (const name of [tasks, others]) await expect(ofHere.declareQueue(name)).toBeAccepted();
      await expect(ofThere.declareQueue(tasks)).toBeAccepted();

      const sender = await producer();
      await sender.sendToQueue(tasks, 'to tasks here');
      await sender.sendToQueue(others, 'to the others here');
      await (await producer({ virtualHost: there })).sendToQueue(tasks, 'to tasks there');

      const received = async (channel: typeof ofHere, name: string) =>
        await consumer(name, { on: channel, name });
      await expect(await received(ofHere, tasks)).toReceive(['to tasks here']);
      await expect(await received(ofHere, others)).toReceive(['to the others here']);
      await expect(await received(ofThere, tasks)).toReceive(['to tasks there']);
    } finally {
      await management.virtualHosts.delete(there);
    }
  },
);

claim(
  'virtual-hosts/one-per-connection',
  {
    says: 'A connection is in one virtual host from its opening to its end: to open a second one on it is a connection error.',
    documented: [specification('3.1.2', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.virtualHostOpenedTwice],
    tags: ['access and security'],
  },
  async ({ raw, virtualHost }) => {
    const client = await raw();
    await client.send('queue.declare', { exclusive: true });
    const { queue } = (await premise(client.expect('queue.declare-ok'))).arguments;
    const content = { body: Buffer.from('task') };
    await client.send('basic.publish', { routingKey: queue }, { content });
    await client.send('basic.get', { queue, noAck: true });
    await premise(client.expect('basic.get-ok'));

    await client.send('connection.open', { virtualHost: await virtualHost() });

    const { arguments: said } = await client.expect('connection.close');
    expect(said.replyCode, 'the code of the error').toBeGreaterThanOrEqual(500);
  },
);
