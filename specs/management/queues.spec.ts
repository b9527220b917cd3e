import { claim, docs, expect, mutants, notClassic, notQuorum, numbered, premise, tutorial } from '#support';

claim(
  'management/messages-ready-unacked',
  {
    says: 'Four sends without a consumer show as four messages ready, none unacknowledged, no consumer and state running; after a consumer drained the queue, as none ready and one consumer.',
    documented: [
      docs('monitoring#queue-metrics'),
      docs('queues#metrics'),
      docs('management#statistics-interval'),
    ],
    refutedBy: [
      mutants.queueCounterWrong('messages_ready'),
      mutants.queueCounterStuck('messages_ready'),
      mutants.managementFieldWrong('queues', 'consumers', 0),
      mutants.consumerCountWrong,
      mutants.unacknowledgedCountedAsConsumers,
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management'],
  },
  async ({ queue, producer, consumer, management, virtualHost }) => {
    const hello = await queue();

    await (await producer()).sendToQueue(hello, numbered(1, 4));
    await expect(hello).toHaveCounters({ ready: 4, unacknowledged: 0, consumers: 0, state: 'running' });
    const receiver = await consumer(hello, { work: 0 });

    await premise(expect(receiver).toReceive(numbered(1, 4)));
    await expect(hello).toHaveCounters({ ready: 0, consumers: 1 });
    const listed = management.in(await virtualHost()).queues;
    await expect(async () => (await listed.get(hello.name)).consumers, 'consumers of the queue').toBecome(1);
  },
);

claim(
  'management/crud-exchange-queue',
  {
    says: 'Deleting a durable queue through the management API removes it, with the messages in it.',
    documented: [docs('http-api-reference'), tutorial('two', 'message-durability')],
    refutedBy: [mutants.managementDeletionsIgnored],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, producer, management, virtualHost }) => {
    const taskQueue = await queue({ durable: true });
    const sender = await producer();
    await sender.sendToQueue(taskQueue, { body: 'task', persistent: true });
    await premise(expect(taskQueue).toHaveCounters({ ready: 1 }));

    await management.in(await virtualHost()).queues.delete(taskQueue.name);

    expect(await taskQueue.exists(), 'whether taskQueue is there').toBe(false);
    const again = await queue({ name: taskQueue.name, durable: true });
    await sender.sendToQueue(again, 'after');
    await expect(again).toReceive(['after']);
  },
);

claim(
  'management/purge-actions',
  {
    says: 'Purging a queue through the management API empties it of what is ready and keeps the queue.',
    documented: [docs('http-api-reference')],
    refutedBy: [mutants.managementPurgesIgnored],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, producer, management, virtualHost }) => {
    const taskQueue = await queue({ durable: true });
    const sender = await producer();
    await sender.sendToQueue(taskQueue, numbered(1, 3));
    await premise(expect(taskQueue).toHaveCounters({ ready: 3 }));

    await management.in(await virtualHost()).queues.purge(taskQueue.name);

    await expect(taskQueue).toHaveCounters({ ready: 0 });
    await sender.sendToQueue(taskQueue, '4');
    await expect(taskQueue).toReceive(['4']);
  },
);

claim(
  'management/arguments',
  {
    says: 'A queue is shown with the arguments that its client gave it.',
    documented: [docs('http-api-reference#get-apiqueues_vhost__name_')],
    extensions: ['queue_length_limit'],
    refutedBy: [mutants.queueArgumentLost('x-max-length'), mutants.queueArgumentOff('x-max-length', 1)],
    needs: ['management'],
  },
  async ({ queue, management, virtualHost }) => {
    const tasks = await queue({ arguments: { 'x-max-length': 1_000 } });

    const shown = await management.in(await virtualHost()).queues.get(tasks.name);

    const { 'x-queue-type': _, ...others } = shown.arguments;
    expect(others, 'the arguments of the queue').toEqual({ 'x-max-length': 1_000 });
  },
);

claim(
  'management/arguments-of-streams',
  {
    says: 'A stream is shown with the arguments that its client gave it, also those that tell how long it keeps messages and where its leader is to be.',
    documented: [docs('http-api-reference#get-apiqueues_vhost__name_'), docs('streams#declaring')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.queueArgumentLost('x-max-age'),
      mutants.queueArgumentTakenFor('x-max-age', '1h', '1D'),
      mutants.queueArgumentTakenFor('x-queue-leader-locator', 'client-local', 'balanced'),
    ],
    needs: ['management'],
  },
  async ({ queue, management, virtualHost }) => {
    const given = { 'x-max-age': '1h', 'x-queue-leader-locator': 'client-local' };
    const events = await queue({ arguments: given });

    const shown = await management.in(await virtualHost()).queues.get(events.name);

    expect(shown.arguments, 'the arguments of the stream').toMatchObject({
      ...given,
      'x-queue-type': 'stream',
    });
  },
);

claim(
  'management/bindings-listed',
  {
    says: 'The bindings of a queue can be listed: its default binding, under its own name, and the ones that were made.',
    documented: [docs('http-api-reference'), tutorial('three', 'bindings')],
    refutedBy: [mutants.bindingsIgnored, mutants.managementFieldWrong('bindings', 'routing_key', '')],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['management'],
  },
  async ({ queue, exchange, management, virtualHost }) => {
    const logs = await exchange('direct');
    const listener = await queue();
    const { queues } = management.in(await virtualHost());

    const before = await queues.bindings(listener.name);
    await listener.bindTo(logs, 'error');
    await listener.bindTo(logs, 'warning');
    const after = await queues.bindings(listener.name);

    expect(before.map(({ routing_key }) => routing_key)).toEqual([listener.name]);
    const made = after.filter(({ source }) => source === logs.name);
    expect(made.map(({ routing_key }) => String(routing_key)).toSorted()).toEqual(['error', 'warning']);
    const others = after.filter(({ source }) => source !== logs.name);
    expect(others.map(({ routing_key }) => routing_key)).toEqual([listener.name]);
  },
);
