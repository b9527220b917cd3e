import { channelError, claim, docs, expect, mutants, notQuorum, rule, specification } from '#support';

claim(
  'queues/name-length',
  {
    says: 'The name of a queue may have 255 bytes, and each of them counts: names that differ in the last one are two queues.',
    documented: [docs('queues#names')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.queueNamesCutAt(254), mutants.queueNamesCutAt(127)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/2967',
        affected: { rabbitmq: '>=3.8.0 <3.8.15' },
        happened:
          'declaring a quorum queue whose name and that of its virtual host had more than 254 bytes together ended in an internal error',
        seen: { on: 'rabbitmq 3.8.9' },
      },
    ],
    tags: ['hello world'],
  },
  async ({ openChannel, existingQueue, producer, uniqueName }) => {
    const longest = uniqueName('long').padEnd(254, '.');
    const [one, two] = [await existingQueue(`${longest}1`), await existingQueue(`${longest}2`)];
    const [channel, sender] = [await openChannel(), await producer()];

    await expect(channel.declareQueue(one.name)).toBeAccepted();
    await expect(channel.declareQueue(two.name)).toBeAccepted();
    await sender.sendToQueue(one, 'for one');
    await sender.sendToQueue(two, 'for two');

    await expect(one).toReceive(['for one'], { name: 'one' });
    await expect(two).toReceive(['for two'], { name: 'two' });
  },
);

claim(
  'queues/name-unicode',
  {
    says: 'The name of a queue may have any characters of UTF-8, and comes back as it was given: in declare-ok, in the routing key of a delivery, and in the management API.',
    documented: [docs('queues#names')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: { stream: true },
    refutedBy: [mutants.queueNamesInAscii],
    tags: ['hello world'],
    needs: ['management'],
  },
  async ({ openChannel, existingQueue, producer, management, virtualHost, uniqueName }) => {
    const channel = await openChannel();
    const [prefix, sender] = [uniqueName('orders'), await producer()];
    const [greek, japanese] = [`${prefix} παραγγελίες 🐇`, `${prefix} ご注文 🐇`];

    const declared = [channel.declareQueue(greek), channel.declareQueue(japanese)] as const;
    await expect(Promise.all(declared)).toBeAccepted();
    await sender.sendToQueue(greek, 'for Athens');
    await sender.sendToQueue(japanese, 'for Tokyo');

    const names = await Promise.all(declared);
    expect(
      names.map(({ queue }) => queue),
      'the names in the answers',
    ).toEqual([greek, japanese]);
    const { queues } = management.in(await virtualHost());
    // One by one: while a quorum queue is deleted, RabbitMQ 3.10 may fail to list them all
    const told = [await queues.get(greek), await queues.get(japanese)];
    expect(
      told.map(({ name }) => name),
      'the names in the management API',
    ).toEqual([greek, japanese]);
    await expect(await existingQueue(greek)).toReceive([{ body: 'for Athens', routingKey: greek }], {
      name: 'Athens',
    });
    await expect(await existingQueue(japanese)).toReceive([{ body: 'for Tokyo', routingKey: japanese }], {
      name: 'Tokyo',
    });
  },
);

claim(
  'queues/name-characters',
  {
    says: 'The name of a queue may have letters, digits, hyphens, underscores, periods and colons, and each of them counts.',
    documented: [rule('queue/declare/queue/syntax')],
    refutedBy: [mutants.colonsInQueueNamesIgnored],
    tags: ['hello world'],
  },
  async ({ openChannel, existingQueue, producer, uniqueName }) => {
    const [channel, sender] = [await openChannel(), await producer()];
    const prefix = uniqueName('Az09');
    const names = [`${prefix}-`, `${prefix}_`, `${prefix}.`, `${prefix}:`];

    for (const name of names) await expect(channel.declareQueue(name)).toBeAccepted();
    for (const name of names) await sender.sendToQueue(name, `for ${name}`);

    for (const name of names)
      await expect(await existingQueue(name)).toReceive([`for ${name}`], { name: `of ${name}` });
  },
);

claim(
  'queues/name-reserved',
  {
    says: 'Names that begin with amq. are the broker’s: declaring a queue with such a name is a channel error 403, while asking passively for one is allowed: one that is not there is a 404.',
    documented: [docs('queues#names'), rule('queue/declare/queue/reserved'), specification('3.1.10', 1)],
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(403, 406), mutants.reservedNamesNeverFound],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, uniqueName }) => {
    const reserved = `amq.${uniqueName('mine')}`;

    await expect((await openChannel()).declareQueue(reserved)).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'queue.declare'),
    );
    await expect((await openChannel()).declareQueuePassively(reserved)).toBeRefused(
      channelError(404, `NOT_FOUND - no queue '${reserved}'`, 'queue.declare'),
    );
  },
);

claim(
  'queues/last-declared',
  {
    says: 'An empty queue name means the queue that was declared last on the channel, also when the broker has named it: to bind, to get, to purge, to consume and to delete.',
    documented: [docs('queues#server-named-queues'), rule('queue/bind/queue/queue-known')],
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [
      mutants.lastDeclaredForgotten,
      mutants.firstDeclaredRemembered,
      mutants.lastDeclaredSharedByChannels,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<0.9.0' },
        happened: 'binding with an empty name did not mean the queue that was declared last',
        seen: { by: mutants.lastDeclaredForgotten },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ openChannel, exchange, queue, existingQueue, consumer, producer, uniqueName }) => {
    const [logs, sender] = [await exchange('fanout'), await producer({ confirms: true })];
    const channel = await openChannel();
    const first = await existingQueue((await channel.declareQueue(uniqueName('first'))).queue);
    const naming = channel.declareQueue('', { exclusive: true, durable: false });
    await expect(naming).toBeAccepted();
    const last = await existingQueue((await naming).queue);
    const ofAnotherChannel = await queue();

    await expect(channel.bindQueue('', logs.name)).toBeAccepted();
    await sender.publish(logs, '', ['1', '2', '3']);
    const got = channel.get('', { noAck: true });
    await expect(got).toBeAccepted();
    expect((await got)?.body, 'the body that was got').toBe('1');
    expect((await last.take())?.body, 'the body in the last queue').toBe('2');
    await expect(channel.purgeQueue('')).toBeAccepted();
    expect(await last.take(), 'what is left in the last queue').toBeUndefined();
    const consuming = consumer('', { on: channel, noAck: true });
    await expect(consuming).toBeAccepted();
    await sender.sendToQueue(last, '4');
    expect((await (await consuming).next()).body, 'the body that was delivered').toBe('4');
    await expect(channel.deleteQueue('')).toBeAccepted();

    expect(await last.exists(), 'whether last is there').toBe(false);
    expect(await first.exists(), 'whether first is there').toBe(true);
    expect(await ofAnotherChannel.exists(), 'whether ofAnotherChannel is there').toBe(true);
  },
);

claim(
  'queues/last-declared-none',
  {
    says: 'An empty queue name on a channel that has not declared a queue is a channel error 404, also when another channel of the connection has declared one.',
    documented: [
      docs('queues#server-named-queues'),
      rule('queue/purge/queue/queue-known'),
      rule('queue/bind/queue/queue-known'),
      rule('queue/delete/queue/queue-known'),
      rule('queue/unbind/queue/queue-known'),
    ],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.lastDeclaredSharedByChannels, mutants.errorCodeChanged(404, 530)],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, uniqueName }) => {
    const declaring = await openChannel();
    await declaring.declareQueue(uniqueName('known'), { exclusive: true, durable: false });
    const unknown = (method: string) => channelError(404, 'NOT_FOUND', method);

    await expect((await openChannel()).bindQueue('', 'amq.fanout')).toBeRefused(unknown('queue.bind'));
    await expect((await openChannel()).unbindQueue('', 'amq.fanout')).toBeRefused(unknown('queue.unbind'));
    await expect((await openChannel()).purgeQueue('')).toBeRefused(unknown('queue.purge'));
    await expect((await openChannel()).get('')).toBeRefused(unknown('basic.get'));
    await expect((await openChannel()).consume('')).toBeRefused(unknown('basic.consume'));
    await expect((await openChannel()).deleteQueue('')).toBeRefused(unknown('queue.delete'));
  },
);
