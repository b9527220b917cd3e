import { claim, docs, expect, mutants, numbered, premise, rule } from '#support';

claim(
  'prefetch/per-consumer',
  {
    says: 'A prefetch limits each consumer on its own: two consumers of one channel with prefetch 2 hold two unacknowledged deliveries each, and the rest waits.',
    documented: [
      docs('consumer-prefetch#independent-consumers'),
      rule('basic/qos/prefetch-count/01'),
      docs('confirms#per-channel-per-consumer-and-global-prefetch'),
    ],
    extensions: ['per_consumer_qos'],
    refutedBy: [mutants.prefetchMadeGlobal, mutants.prefetchOffByOne, mutants.prefetchIgnored],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const channel = await openChannel();
    await channel.qos(2);
    await (await producer()).sendToQueue(tasks, numbered(1, 6));

    const one = await consumer(tasks, { on: channel, name: 'one' });
    await expect(one).toReceive(['1', '2']);
    const two = await consumer(tasks, { on: channel, name: 'two' });

    await expect(two).toReceive(['3', '4']);
    await expect(one).toReceive(['1', '2']);
    await expect(tasks).toHaveCounters({ ready: 2, unacknowledged: 4 });
  },
);

claim(
  'prefetch/ack-opens-window',
  {
    says: 'Each delivery that is settled, by ack, nack or reject, makes room for one more, and an acknowledgement of several for as many.',
    documented: [
      docs('confirms#channel-qos-prefetch'),
      docs('confirms#consumer-acks-multiple-parameter'),
      docs('priority#example'),
    ],
    extensions: ['basic.nack'],
    refutedBy: [
      mutants.acksIgnored,
      mutants.nacksIgnored,
      mutants.rejectsIgnored,
      mutants.multipleIgnored,
      mutants.multipleAlways,
    ],
    tags: ['tutorial two'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks, { name: 'worker', prefetch: 4 });
    await (await producer()).sendToQueue(tasks, numbered(1, 12));
    await premise(expect(worker).toReceive(numbered(1, 4)));
    const [one, two, three] = [await worker.next(), await worker.next(), await worker.next()];

    worker.ack(two);
    await expect(worker).toReceive(numbered(1, 5));
    worker.nack(three, { requeue: false });
    await expect(worker).toReceive(numbered(1, 6));
    worker.reject(one, { requeue: false });
    await expect(worker).toReceive(numbered(1, 7));
    const [, , six] = [await worker.next(), await worker.next(), await worker.next()];
    worker.ack(six, { multiple: true });

    await expect(worker).toReceive(numbered(1, 10));
  },
);

claim(
  'prefetch/delivery-limit-opens-window',
  {
    says: 'A message that a quorum queue drops, since it was returned too often, makes room for one more delivery: its consumer never holds more than its prefetch.',
    documented: [
      docs('confirms#channel-qos-prefetch'),
      docs('quorum-queues#poison-message-handling-configuring-limit'),
    ],
    extensions: ['per_consumer_qos', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.prefetchOffByOne, mutants.prefetchIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/5609',
        affected: { rabbitmq: '>=3.8.0 <3.11.0' },
        happened:
          'each message that a quorum queue dropped at its delivery limit made room for two, and consumers held more than their prefetch',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 } });
    const worker = await consumer(tasks, { name: 'worker', prefetch: 2 });
    const poisonous = numbered(1, 5);

    await (await producer()).sendToQueue(tasks, [...poisonous, ...numbered(6, 15)]);
    for (let rejected = 0; rejected < 2 * poisonous.length;) {
      const task = await premise(worker.next());
      if (!poisonous.includes(task.body)) continue;
      worker.reject(task, { requeue: true });
      rejected += 1;
    }

    await expect(worker).toReceive([...poisonous, ...poisonous, '6', '7'], { inAnyOrder: true });
  },
);

claim(
  'prefetch/zero-unlimited',
  {
    says: 'A prefetch of 0 is no limit: a consumer that starts under it gets everything at once, also where the channel had a limit before.',
    documented: [
      docs('consumer-prefetch#single-consumer'),
      docs('confirms#channel-qos-prefetch'),
      docs('confirms#unlimited-prefetch'),
    ],
    refutedBy: [mutants.prefetchZeroTakenForOne, mutants.prefetchZeroTakenForUnchanged],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/14485',
        affected: { rabbitmq: '>=3.8.0' },
        happened: 'a consumer without a limit got no more than 2000 messages from a quorum queue',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [letters, parcels] = [await queue(), await queue()];
    const [fresh, limited] = [await openChannel(), await openChannel()];

    await fresh.qos(0);
    const postman = await consumer(letters, { on: fresh, name: 'postman' });
    await limited.qos(10);
    await limited.qos(0);
    const courier = await consumer(parcels, { on: limited, name: 'courier' });
    const sender = await producer();
    await sender.sendToQueue(letters, numbered(1, 2_100));
    await sender.sendToQueue(parcels, numbered(1, 300));

    await expect(postman).toReceive(numbered(1, 2_100));
    await expect(courier).toReceive(numbered(1, 300));
  },
);

claim(
  'prefetch/applies-later',
  {
    says: 'basic.qos sets the limit of the consumers that are started after it on the channel; those that run already keep theirs.',
    documented: [docs('consumer-prefetch#overview')],
    extensions: ['per_consumer_qos'],
    refutedBy: [mutants.prefetchNeverChanged, mutants.prefetchMadeGlobal],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [early, late] = [await queue(), await queue()];
    const channel = await openChannel();

    await channel.qos(3);
    const three = await consumer(early, { on: channel, name: 'three' });
    await channel.qos(1);
    const one = await consumer(late, { on: channel, name: 'one' });
    const sender = await producer();
    await sender.sendToQueue(early, numbered(1, 5));
    await sender.sendToQueue(late, numbered(1, 5));

    await expect(three).toReceive(numbered(1, 3));
    await expect(one).toReceive(['1']);
  },
);

claim(
  'prefetch/autoack-ignored',
  {
    says: 'A prefetch does not limit a consumer that acknowledges automatically: it gets everything at once.',
    documented: [docs('consumers#prefetch'), docs('confirms#channel-qos-prefetch-throughput')],
    refutedBy: [mutants.automaticAckTakenForManual],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const greedy = await consumer(tasks, { name: 'greedy', prefetch: 1, noAck: true });

    await (await producer()).sendToQueue(tasks, numbered(1, 20));

    await expect(greedy).toReceive(numbered(1, 20));
  },
);

claim(
  'prefetch/get-unaffected',
  {
    says: 'A prefetch does not limit basic.get: it takes messages on a channel whose consumer holds all that it may.',
    documented: [docs('confirms#channel-qos-prefetch'), docs('confirms#prefetch-and-polling-consumers')],
    refutedBy: [mutants.prefetchLimitsGet],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const channel = await openChannel();
    await channel.qos(1);
    const full = await consumer(tasks, { on: channel, name: 'full' });
    await (await producer({ confirms: true })).sendToQueue(tasks, numbered(1, 4));
    await premise(expect(full).toReceive(['1']));

    const got = [await channel.get(tasks.name), await channel.get(tasks.name)];

    expect(
      got.map((message) => message?.body),
      'the bodies that were got',
    ).toEqual(['2', '3']);
  },
);
