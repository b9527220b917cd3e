import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notForQueues,
  notQuorum,
  numbered,
  premise,
} from '#support';

const documented = [docs('upgrade#rolling-upgrade'), docs('upgrade#single-node-upgrade')];
const appliesTo = { rabbitmq: '*' };

claim(
  'upgrades/messages',
  {
    says: 'An upgrade in place keeps the persistent messages of durable queues: each is delivered once, also those that consumers had not acknowledged.',
    documented: [...documented, docs('queues#durability')],
    appliesTo,
    refutedBy: [
      mutants.publishLost(2),
      mutants.publishedTwice,
      notForQueues('quorum', 'A quorum queue keeps every message durably.', mutants.persistenceForgotten),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/12367',
        affected: { rabbitmq: '>=3.13.0 <4.0.2' },
        happened:
          'after an upgrade, classic queues crashed and dropped persistent messages when they started again',
        seen: { not: 'No image of these versions is at hand.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/11789',
        affected: { rabbitmq: '3.13.5' },
        happened: 'quorum queues did not start after an upgrade from 3.13.4',
        seen: { not: 'No image of this version is at hand.' },
      },
    ],
    needs: ['upgrade'],
  },
  async ({ queue, producer, consumer, broker }) => {
    const tasks = await queue({ durable: true });
    await (await producer({ confirms: true })).sendToQueue(tasks, persistent(numbered(1, 20)));
    const worker = await consumer(tasks, { prefetch: 3 });
    for (const _ of ['1', '2', '3']) await premise(worker.next());

    await broker.upgrade();

    await expect(tasks).toReceive(numbered(1, 20), { inAnyOrder: true });
  },
);

claim(
  'upgrades/streams',
  {
    says: 'An upgrade in place keeps a stream: its messages are read from the first on, in order, and new ones come after them.',
    documented: [...documented, docs('streams')],
    appliesTo,
    extensions: ['streams', 'publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.publishLost(2), mutants.publishesSwapped],
    needs: ['upgrade'],
  },
  async ({ queue, producer, consumer, broker }) => {
    const log = await queue({ type: 'stream' });
    await (await producer({ confirms: true })).sendToQueue(log, numbered(1, 10));

    await broker.upgrade();

    await (await producer({ confirms: true })).sendToQueue(log, numbered(11, 20));
    const reader = await consumer(log, { prefetch: 100, arguments: { 'x-stream-offset': 'first' } });
    await expect(reader).toReceive(numbered(1, 20));
  },
);

claim(
  'upgrades/topology',
  {
    says: 'An upgrade in place keeps durable exchanges with their types, and bindings of queues and of exchanges with their keys.',
    documented: [...documented, docs('exchanges#durability')],
    appliesTo,
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [mutants.bindingsIgnored, mutants.exchangeBindingsIgnored, mutants.bindingKeysIgnored],
    needs: ['upgrade'],
  },
  async ({ queue, exchange, producer, broker }) => {
    const [source, topics, errors] = [
      await exchange('fanout'),
      await exchange('topic'),
      await exchange('direct'),
    ];
    const [all, some, one] = [await queue(), await queue(), await queue()];
    await topics.bindTo(source);
    await errors.bindTo(topics, '#');
    await all.bindTo(source);
    await some.bindTo(topics, 'orders.*');
    await one.bindTo(errors, 'orders.eu');

    await broker.upgrade();

    const sender = await producer();
    for (const key of ['orders.eu', 'orders.us', 'other']) await sender.publish(source, key, key);
    await expect(all).toReceive(['orders.eu', 'orders.us', 'other']);
    await expect(some).toReceive(['orders.eu', 'orders.us']);
    await expect(one).toReceive(['orders.eu']);
  },
);

claim(
  'upgrades/dead-letters',
  {
    says: 'An upgrade in place keeps a dead letter with its history in x-death, and a queue goes on dead-lettering afterwards.',
    documented: [...documented, docs('dlx#effects')],
    appliesTo,
    extensions: ['dead_letter_exchanges', 'basic.nack'],
    refutedBy: [mutants.deathHistoryLost, mutants.deathReasonWrong, mutants.deathQueueWrong],
    needs: ['upgrade', 'management'],
  },
  async ({ queue, producer, consumer, broker }) => {
    const letters = await queue();
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': letters.name },
    });
    const reject = async (body: string): Promise<void> => {
      await (await producer()).sendToQueue(tasks, { body, persistent: true });
      const worker = await consumer(tasks);
      worker.reject(await premise(worker.next()), { requeue: false });
      await worker.channel.close();
    };
    await reject('before');
    await premise(expect(letters).toHaveCounters({ ready: 1 }));

    await broker.upgrade();

    await reject('after');
    const reader = await letters.consumer('reader');
    const dead = [await reader.next(), await reader.next()];
    expect(
      dead.map(({ body, headers }) => ({ body, deaths: headers['x-death'] })),
      'dead letters',
    ).toMatchObject(
      ['before', 'after'].map((body) => ({
        body,
        deaths: [{ queue: tasks.name, reason: 'rejected', count: 1 }],
      })),
    );
  },
);

claim(
  'upgrades/expiry',
  {
    says: 'An upgrade in place keeps the expiration of messages: what is still to live is delivered, and what expired is not.',
    documented: [...documented, docs('ttl#per-message-ttl-in-publishers')],
    appliesTo,
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expirationIgnored, mutants.publishLost(2)],
    needs: ['upgrade'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue();
    const [soon, later] = ['1000', '3600000'];
    await (
      await producer({ confirms: true })
    ).sendToQueue(tasks, [
      { body: 'brief', persistent: true, expiration: soon },
      { body: 'lasting', persistent: true, expiration: later },
      { body: 'eternal', persistent: true },
    ]);

    await broker.upgrade();

    await expect(tasks).toReceive(['lasting', 'eternal']);
  },
);

claim(
  'upgrades/users',
  {
    says: 'An upgrade in place keeps virtual hosts, and users with their passwords and permissions: who may publish still may, and what was refused still is.',
    documented: [...documented, docs('access-control#authorisation')],
    appliesTo,
    refutedBy: [mutants.accessChecksPassedBy, mutants.errorCodeChanged(403, 405)],
    needs: ['upgrade', 'administration'],
  },
  async ({ ownVirtualHost, user, client, queue, broker }) => {
    const domain = await ownVirtualHost();
    const tasks = await queue();
    const alice = await user({ configure: '', write: '.*', read: '.*' });

    await broker.upgrade();

    const channel = await (await client({ name: 'alice', ...alice })).channel();
    channel.publish('', tasks.name, 'from alice');
    await expect(tasks).toReceive(['from alice']);
    await expect(channel.declareQueue('hers')).toBeRefused(
      channelError(
        403,
        `access to queue 'hers' in vhost '${domain}' refused for user '${alice.username}'`,
        'queue.declare',
      ),
    );
  },
);

claim(
  'upgrades/policies',
  {
    says: 'An upgrade in place keeps policies: the limit that one sets to the length of a queue holds afterwards.',
    documented: [...documented, docs('policies#defining')],
    appliesTo,
    extensions: ['queue_length_limit'],
    refutedBy: [mutants.policiesIgnored],
    needs: ['upgrade', 'management', 'policies', 'administration'],
  },
  async ({ ownVirtualHost, management, queue, producer, broker }) => {
    const domain = await ownVirtualHost();
    const tasks = await queue();
    const limit = { pattern: '.*', definition: { 'max-length': 2 }, 'apply-to': 'queues' } as const;
    await management.in(domain).policies.put('at most two', limit);

    await broker.upgrade();

    await (await producer({ confirms: true })).sendToQueue(tasks, persistent(numbered(1, 5)));
    await expect(tasks).toReceive(['4', '5']);
  },
);

function persistent(bodies: string[]) {
  return bodies.map((body) => ({ body, persistent: true }));
}
