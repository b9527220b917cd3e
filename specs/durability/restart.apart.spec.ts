import { setTimeout as pause } from 'node:timers/promises';
import {
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  notFor,
  notForQueues,
  notQuorum,
  numbered,
  premise,
  rule,
  type Stage,
  tutorial,
} from '#support';

claim(
  'durability/queue-restart',
  {
    says: 'A durable queue is there after a restart of the broker, although all its workers have left.',
    documented: [
      docs('queues#durability'),
      rule('queue/declare/durable/persistence'),
      tutorial('two', 'message-durability'),
      rule('queue/declare/durable/types'),
    ],
    refutedBy: [
      notForQueues(
        'quorum',
        'A quorum queue that is to be transient is refused.',
        notFor(
          { rabbitmq: '>=4.3' },
          'A queue that is not durable is refused there, unless it is exclusive.',
          mutants.queueDurabilityForgotten,
        ),
      ),
      notForQueues(
        'quorum',
        'A quorum queue that is to be auto-delete is refused.',
        mutants.autoDeleteAlways,
      ),
      mutants.queuesForgottenByRestarts,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/13352',
        affected: { rabbitmq: '<4.0.7' },
        happened:
          'a node with Khepri that went down while an exclusive queue was bound to an exchange did not start again, and so had no queue',
        seen: { not: 'Of a broker that does not start again nothing can be told.' },
      },
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['restart'],
  },
  async ({ queue, consumer, producer, broker }) => {
    const tasks = await queue({ durable: true });
    const worker = await consumer(tasks);
    await worker.channel.connection.close();

    await broker.restart();

    expect(await tasks.exists(), 'whether tasks is there').toBe(true);
    await (await producer()).sendToQueue(tasks, 'after the restart');
    await expect(tasks).toReceive(['after the restart']);
  },
);

claim(
  'durability/transient-queue-restart',
  {
    says: 'A queue that is not durable is gone after a restart of the broker.',
    documented: [
      docs('queues#durability'),
      tutorial('two', 'message-durability'),
      rule('queue/declare/durable/types'),
    ],
    queueTypes: { quorum: notQuorum.transient },
    refutedBy: [mutants.transientQueuesKept],
    tags: ['tutorial one', 'tutorial two', 'hello world'],
    needs: ['restart'],
    // Later versions refuse transient queues that are not exclusive
    appliesTo: { rabbitmq: '<4.3', '*': '*' },
  },
  async ({ queue, broker }) => {
    const hello = await queue({ durable: false });

    await broker.restart();

    expect(await hello.exists(), 'whether hello is there').toBe(false);
  },
);

claim(
  'durability/exchange-restart',
  {
    says: 'A durable exchange is there after a restart of the broker, also when nothing is bound to it.',
    documented: [docs('exchanges#durability'), rule('exchange/declare/durable/support')],
    queueTypes: 'unvaried',
    refutedBy: [
      notFor(
        { rabbitmq: '>=4.3' },
        'A restart spares every exchange there, durable or not.',
        mutants.exchangeDurabilityForgotten,
      ),
      mutants.autoDeleteAlways,
    ],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['restart', 'management'],
  },
  async (stage) => {
    const { broker, management, virtualHost } = stage;
    const logs = await exchangeThatLostItsQueue(stage, { durable: true });

    await broker.restart();

    expect(await management.in(await virtualHost()).exchanges.names()).toContain(logs.name);
  },
);

claim(
  'durability/transient-exchange-restart',
  {
    says: 'An exchange that is not durable outlives the queues that were bound to it, but not a restart of the broker.',
    documented: [docs('exchanges#durability'), rule('exchange/declare/durable/support')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.transientExchangesKept, mutants.autoDeleteAlways],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['restart', 'management'],
  },
  async (stage) => {
    const { broker, management, virtualHost } = stage;
    const logs = await exchangeThatLostItsQueue(stage, { durable: false });
    const { exchanges } = management.in(await virtualHost());
    expect(await exchanges.names()).toContain(logs.name);

    await broker.restart();

    const left = await exchanges.names();
    await premise(() => expect(left, 'the exchanges after the restart').toContain('amq.fanout'));
    expect(left, 'the exchanges after the restart').not.toContain(logs.name);
  },
);

claim(
  'durability/bindings-restart',
  {
    says: 'Bindings of durable queues to a durable exchange are there after a restart of the broker, each with its key.',
    documented: [rule('queue/bind/durable-exchange'), docs('exchanges#binding-durability')],
    refutedBy: [
      mutants.exchangeTypeTakenFor('direct', 'fanout'),
      notFor(
        { rabbitmq: '>=4.3' },
        'A restart spares every exchange there, durable or not.',
        mutants.exchangeDurabilityForgotten,
      ),
    ],
    tags: ['tutorial four', 'routing and topics'],
    needs: ['restart'],
  },
  async ({ exchange, queue, producer, broker }) => {
    const logs = await exchange('direct', { durable: true });
    const [errors, all] = [await queue({ durable: true }), await queue({ durable: true })];
    await errors.bindTo(logs, 'error');
    for (const severity of ['error', 'info']) await all.bindTo(logs, severity);

    await broker.restart();

    const sender = await producer();
    for (const severity of ['error', 'info', 'debug'])
      await expect(sender.publish(logs, severity, severity)).toBeAccepted();
    await expect(errors).toReceive(['error'], { name: 'errors' });
    await expect(all).toReceive(['error', 'info'], { name: 'all' });
  },
);

claim(
  'durability/persistent-restart',
  {
    says: 'Persistent messages in a durable queue survive a restart of the broker, in their order.',
    documented: [docs('queues#durability'), tutorial('two', 'message-durability'), rule('basic/01')],
    refutedBy: [alwaysDurable(mutants.persistenceForgotten), mutants.deliveriesSwapped],
    tags: ['tutorial two', 'work queues'],
    needs: ['restart'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue({ durable: true });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(
      tasks,
      numbered(1, 10).map((body) => ({ body, persistent: true })),
    );

    await broker.restart();

    await expect(tasks).toReceive(numbered(1, 10));
  },
);

claim(
  'durability/transient-restart',
  {
    says: 'Transient messages are lost in a restart of the broker, although their queue is durable.',
    documented: [
      docs('queues#durability'),
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      docs('queues#storage'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.transientMessagesKept],
    tags: ['tutorial two', 'work queues'],
    needs: ['restart'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue({ durable: true, arguments: { 'x-queue-type': 'classic' } });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, [
      { body: 'transient', persistent: false },
      { body: 'transient too', persistent: false },
    ]);
    await premise(async () => expect(await tasks.counts()).toMatchObject({ ready: 2 }));

    await broker.restart();

    await (await producer()).sendToQueue(tasks, 'after the restart');
    await expect(tasks).toReceive(['after the restart']);
  },
);

claim(
  'durability/persistent-transient-queue',
  {
    says: 'Persistent messages in a queue that is not durable are lost with it in a restart of the broker, as transient ones are.',
    documented: [docs('queues#durability'), docs('publishers#message-properties')],
    queueTypes: { quorum: notQuorum.transient },
    refutedBy: [mutants.transientQueuesKept],
    tags: ['tutorial two', 'work queues'],
    needs: ['restart'],
    appliesTo: { rabbitmq: '<4.3', '*': '*' },
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue({ durable: false });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, [
      { body: 'persistent', persistent: true },
      { body: 'transient', persistent: false },
    ]);
    await premise(async () => expect(await tasks.counts()).toMatchObject({ ready: 2 }));

    await broker.restart();

    expect(await tasks.exists(), 'whether tasks is there').toBe(false);
    const again = await queue({ name: tasks.name, durable: true });
    await (await producer()).sendToQueue(again, 'after the restart');
    await expect(again).toReceive(['after the restart']);
  },
);

claim(
  'durability/expiry-restart',
  {
    says: 'A message whose TTL passes while the broker is down is not delivered afterwards, by its own TTL and by that of its queue; one without a TTL is delivered.',
    documented: [docs('ttl#per-queue-message-ttl')],
    extensions: ['message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expirationIgnored, mutants.queueArgumentLost('x-message-ttl')],
    tags: ['work queues'],
    needs: ['restart'],
  },
  async ({ queue, producer, broker }) => {
    const [ofQueue, ofMessage] = [await queue({ arguments: { 'x-message-ttl': 1_500 } }), await queue()];
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(ofQueue, { body: 'by the queue', persistent: true });
    await sender.sendToQueue(ofMessage, [
      { body: 'by itself', expiration: '1500', persistent: true },
      { body: 'lasting', persistent: true },
    ]);
    const publishedAt = performance.now();

    await broker.restart();

    await pause(Math.max(0, 1_550 - (performance.now() - publishedAt)));
    await expect(ofQueue).toReceive([], { name: 'of the queue' });
    await expect(ofMessage).toReceive(['lasting'], { name: 'of the message' });
  },
);

claim(
  'durability/priorities-restart',
  {
    says: 'A classic priority queue gives its messages by their priorities after a restart of the broker too, and those of a priority in their order.',
    documented: [docs('priority#overview'), docs('queues#durability')],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    refutedBy: [
      mutants.queueArgumentLost('x-max-priority'),
      mutants.propertyIgnored('priority'),
      mutants.deliveriesSwapped,
    ],
    tags: ['work queues'],
    needs: ['restart'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue({ arguments: { 'x-max-priority': 5 } });
    await (
      await producer({ confirms: true })
    ).sendToQueue(tasks, [
      { body: 'low 1', priority: 1, persistent: true },
      { body: 'none', persistent: true },
      { body: 'high 1', priority: 5, persistent: true },
      { body: 'low 2', priority: 1, persistent: true },
      { body: 'high 2', priority: 5, persistent: true },
    ]);

    await broker.restart();

    await expect(tasks).toReceive(['high 1', 'high 2', 'low 1', 'low 2', 'none']);
  },
);

claim(
  'durability/any-conversation-restart',
  {
    says: 'Whatever was declared, bound, published, consumed, got, settled, purged and deleted before a restart: durable queues and bindings are there after it, with every persistent message that was not settled, in the order of publishing where it was not delivered before; and what was settled, purged or deleted stays gone.',
    documented: [
      docs('queues#durability'),
      docs('queues#message-ordering'),
      docs('confirms#when-publishes-are-confirmed'),
      rule('queue/declare/durable/persistence'),
    ],
    extensions: ['publisher_confirms', 'basic.nack'],
    refutedBy: [mutants.acksIgnored, mutants.requeueIgnored, alwaysDurable(mutants.persistenceForgotten)],
    needs: ['restart'],
  },
  async ({ walkAcrossRestart }) => {
    const { departure = 'none' } = await walkAcrossRestart();

    expect(departure, 'a conversation in which the broker departs from the model').toBe('none');
  },
);

claim(
  'durability/stream-restart',
  {
    says: 'A stream survives a restart of the broker with all that was confirmed in it, persistent or not, and with the offsets that its messages had.',
    documented: [
      docs('streams#overview'),
      docs('streams#feature-matrix'),
      docs('streams#non-durable-queues'),
      docs('queues#1-use-a-stream'),
    ],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.streamsForgottenByRestarts, mutants.deliveriesSwapped],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/issues/1759',
        affected: { lavinmq: '<2.7.0' },
        happened: 'a stream with a maximum age lost all but its last segment in a restart',
        seen: { by: mutants.streamsForgottenByRestarts },
      },
    ],
    needs: ['restart'],
  },
  async ({ queue, consumer, producer, broker }) => {
    // So that it has several segments
    const small = { 'x-max-age': '1h', 'x-stream-max-segment-size-bytes': 500 };
    const log = await queue({ arguments: small });
    const all = numbered(1, 20);
    const sender = await producer({ confirms: true });
    for (const body of all) await sender.sendToQueue(log, { body, persistent: Number(body) % 2 === 0 });
    const fromTheFirst = { prefetch: 100, arguments: { 'x-stream-offset': 'first' } };
    const before = await consumer(log, { name: 'before', ...fromTheFirst });
    await premise(expect(async () => before.deliveries.length, 'messages before').toBecome(all.length));
    const offsets = before.deliveries.map(({ headers }) => headers['x-stream-offset']);

    await broker.restart();

    // It is there a moment later than the broker
    const readable = async () =>
      await consumer(log, { name: 'early', ...fromTheFirst }).then(
        () => true,
        () => false,
      );
    await expect(readable, 'whether the stream can be read').toBecome(true);
    const after = await consumer(log, { name: 'after', ...fromTheFirst });
    await expect(after).toReceive(
      all.map((body, index) => ({ body, headers: { 'x-stream-offset': offsets[index] } })),
    );
    const onwards = { prefetch: 100, arguments: { 'x-stream-offset': offsets[9] } };
    await expect(await consumer(log, { name: 'onwards', ...onwards })).toReceive(numbered(10, 20));
  },
);

/** Whatever a message says of itself. */
function alwaysDurable(mutant: Parameters<typeof notForQueues>[2]) {
  return notForQueues('quorum', 'A quorum queue keeps every message durably.', mutant);
}

/** The only queue that was bound to it is gone. */
async function exchangeThatLostItsQueue({ exchange, queue }: Stage, properties: { durable: boolean }) {
  const logs = await exchange('fanout', properties);
  const subscriber = await queue({ type: 'classic' });
  await subscriber.bindTo(logs);
  await subscriber.delete();
  return logs;
}
