import { claim, docs, expect, mutants, notQuorum, premise, releaseNotes, type Stage } from '#support';

claim(
  'dead-lettering/xdeath-fields',
  {
    says: 'A dead letter tells in its header x-death, to a consumer as by basic.get, of which queue it came, why, how often, since when, of which exchange and with which routing keys (those of CC among them, not those of BCC), and with which expiration if it had one of its own: an array of tables of long strings, a long count, a timestamp and an array of long strings.',
    documented: [docs('dlx#effects')],
    extensions: ['dead_letter_exchanges', 'message_ttl', 'sender_selected_distribution'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.deathHistoryLost,
      mutants.deathCountWrong,
      mutants.deathReasonWrong,
      mutants.deathQueueWrong,
      mutants.deathFieldLost('time'),
      mutants.deathFieldLost('exchange'),
      mutants.deathFieldLost('routing-keys'),
      mutants.deathFieldLost('original-expiration'),
      mutants.deathCountsAreText,
      mutants.blindCopiesShown,
      mutants.expirationIgnored,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, raw, producer }) => {
    const [logs, letters] = [await exchange('fanout'), await exchange('fanout')];
    const [consumed, polled] = [await queue(), await queue()];
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-message-ttl': 150 },
    });
    for (const each of [consumed, polled]) await each.bindTo(letters);
    await tasks.bindTo(logs);
    const reader = await raw();
    await reader.send('basic.consume', { queue: consumed.name, noAck: true });
    await premise(reader.expect('basic.consume-ok'));
    const publishedAt = Math.floor(Date.now() / 1_000);

    const sender = await producer();
    const copies = { CC: ['copy'], BCC: ['blind copy'] };
    await sender.publish(logs, 'error', { body: 'expired by itself', expiration: '100', ...copies });
    await sender.publish(logs, 'error', { body: 'expired in its queue', ...copies });

    const delivered = [await reader.expect('basic.deliver'), await reader.expect('basic.deliver')];
    await premise(
      expect(async () => (await polled.counts()).ready, 'letters that can be polled').toBecome(2),
    );
    const poll = async () => {
      await reader.send('basic.get', { queue: polled.name, noAck: true });
      return await reader.expect('basic.get-ok');
    };
    for (const { properties, body } of [...delivered, await poll(), await poll()]) {
      const deaths = properties.headers?.find(([name]) => name === 'x-death')?.[1];
      const death = deaths?.tag === 'A' && deaths.value[0]?.tag === 'F' ? deaths.value[0].value : [];
      const fields = Object.fromEntries(death.map(([name, value]) => [name.toString(), value]));
      expect(deaths, 'x-death').toMatchObject({ tag: 'A', value: [{ tag: 'F' }] });
      expect(fields, 'the death').toMatchObject({
        queue: { tag: 'S', value: tasks.name },
        reason: { tag: 'S', value: 'expired' },
        count: { tag: 'l', value: 1n },
        exchange: { tag: 'S', value: logs.name },
        'routing-keys': {
          tag: 'A',
          value: [
            { tag: 'S', value: 'error' },
            { tag: 'S', value: 'copy' },
          ],
        },
        time: { tag: 'T' },
      });
      const own = body.toString() === 'expired by itself' ? { tag: 'S', value: '100' } : undefined;
      expect(fields['original-expiration'], 'the expiration that was its own').toEqual(own);
      const { time } = fields;
      // The clocks of two machines, cut to seconds
      const since = time?.tag === 'T' ? Number(time.value) - publishedAt : Number.NaN;
      expect(Math.abs(since), 'seconds between the publish and the death').toBeLessThan(60);
    }
  },
);

claim(
  'dead-lettering/xdeath-count',
  {
    says: 'Deaths of the same queue and reason are one entry of x-death, which counts them and comes first again; another queue or reason makes another, in front of the others.',
    documented: [docs('dlx#effects')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.deathsNotCounted,
      mutants.deathsUncompressed,
      mutants.latestDeathLast,
      mutants.deathHistoryLost,
      mutants.deathCountWrong,
      mutants.deathCountsAreText,
      mutants.deathQueueWrong,
      mutants.deathReasonWrong,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/78',
        affected: { rabbitmq: '<3.5.1' },
        happened: 'x-death grew by an entry with each death',
        seen: { by: mutants.deathsUncompressed },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/216',
        affected: { rabbitmq: '>=3.5.1 <3.5.4' },
        happened: 'the queue crashed when a message was dead-lettered for the third time',
        seen: { not: 'No release of that age is at hand' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [toRetries, toTasks] = [await exchange('fanout'), await exchange('fanout')];
    const tasks = await queue({ arguments: { 'x-dead-letter-exchange': toRetries.name } });
    const retries = await queue({ arguments: { 'x-dead-letter-exchange': toTasks.name } });
    await tasks.bindTo(toTasks);
    await retries.bindTo(toRetries);
    const worker = await consumer(tasks, { name: 'worker' });
    const retrier = await consumer(retries, { name: 'retrier' });

    await (await producer()).sendToQueue(tasks, 'task');
    for (let round = 1; round <= 2; round += 1) {
      worker.reject(await premise(worker.next()), { requeue: false });
      retrier.reject(await premise(retrier.next()), { requeue: false });
    }
    const death = (from: { name: string }, count: number) =>
      expect.objectContaining({ queue: from.name, reason: 'rejected', count });

    await expect(worker).toReceive([
      { body: 'task', headers: { 'x-death': undefined } },
      { body: 'task', headers: { 'x-death': [death(retries, 1), death(tasks, 1)] } },
      { body: 'task', headers: { 'x-death': [death(retries, 2), death(tasks, 2)] } },
    ]);
    await expect(retrier).toReceive([
      { body: 'task', headers: { 'x-death': [death(tasks, 1)] } },
      { body: 'task', headers: { 'x-death': [death(tasks, 2), death(retries, 1)] } },
    ]);
  },
);

claim(
  'dead-lettering/first-death',
  {
    says: 'The headers x-first-death-queue, -reason and -exchange tell of the first death of a message, and stay so when it dies again.',
    documented: [docs('dlx#effects')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit'],
    refutedBy: [
      mutants.firstDeathOverwritten,
      mutants.headerLost('x-first-death-queue'),
      mutants.headerLost('x-first-death-reason'),
      mutants.headerLost('x-first-death-exchange'),
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '*', '*': '*' },
  },
  async (stage) => {
    const { queues, exchanges, letters, polled } = await twiceDead(stage);

    const first = {
      'x-first-death-queue': queues.first.name,
      'x-first-death-reason': 'rejected',
      'x-first-death-exchange': '',
    };
    expect(exchanges.first.name, 'the first dead letter exchange').not.toBe('');
    await expect(letters).toReceive([{ body: 'task', headers: first }]);
    const waiting = async () => (await polled.counts()).ready;
    await premise(expect(waiting, 'letters that can be polled').toBecome(1));
    const letter = await (await stage.openChannel()).get(polled.name);
    expect(letter?.headers, 'the headers by basic.get').toMatchObject(first);
  },
);

claim(
  'dead-lettering/last-death',
  {
    says: 'From 3.13 on, the headers x-last-death-queue, -reason and -exchange tell of the last death of a message.',
    documented: [docs('dlx#effects')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.headerLost('x-last-death-queue'),
      mutants.headerLost('x-last-death-reason'),
      mutants.headerLost('x-last-death-exchange'),
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=3.13' },
  },
  async (stage) => {
    const { queues, exchanges, letters } = await twiceDead(stage);

    const last = {
      'x-last-death-queue': queues.second.name,
      'x-last-death-reason': 'maxlen',
      'x-last-death-exchange': exchanges.first.name,
    };
    await expect(letters).toReceive([{ body: 'task', headers: last }]);
  },
);

claim(
  'dead-lettering/xdeath-client-ignored',
  {
    says: 'From 4.0 on, a broker does not go by the header x-death that a client publishes: the deaths of a message are counted from one again when it is published anew.',
    documented: [releaseNotes('4.0.1')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [mutants.deathCountWrong],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.0' },
    succeeds: 'dead-lettering/xdeath-client-counted',
  },
  async (stage) => {
    const deaths = await republished(stage);

    expect(deaths, 'the count').toBe(1);
  },
);

claim(
  'dead-lettering/xdeath-client-counted',
  {
    says: 'Before 4.0, a broker goes by the header x-death that a client publishes: the deaths of a message that is published anew with its headers are counted on.',
    documented: [releaseNotes('4.0.1')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [mutants.deathsNotCounted, mutants.deathsUncompressed, mutants.deathCountWrong],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/11331',
        affected: { rabbitmq: '>=3.13.0 <3.13.3' },
        happened:
          'the count of x-death began at one again when a message was published anew with its headers',
        seen: { by: mutants.deathsNotCounted },
      },
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '<4.0' },
  },
  async (stage) => {
    const deaths = await republished(stage);

    expect(deaths, 'the count').toBe(2);
  },
);

claim(
  'dead-lettering/expiration-removed',
  {
    says: 'The expiration of a message is removed when it is dead-lettered: it does not expire again where it arrives.',
    documented: [docs('dlx#effects'), docs('ttl#message-ttl-dead-lettering')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.deadLettersKeepExpiration],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.2.txt',
        affected: { rabbitmq: '>=3.0.0 <3.1.2' },
        happened: 'dead letters kept the expiration of the message',
        seen: { by: mutants.deadLettersKeepExpiration },
      },
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
    const undertaker = await consumer(dead, { name: 'undertaker' });

    await (await producer()).sendToQueue(tasks, { body: 'task', expiration: '100' });
    await premise(expect(undertaker).toReceive(['task']));

    await expect(undertaker).toReceive([{ body: 'task', properties: { expiration: undefined } }]);
  },
);

/** A message that was rejected in one queue, and then dropped by the limit of another. */
async function twiceDead({ exchange, queue, consumer, producer }: Stage) {
  const exchanges = { first: await exchange('fanout'), second: await exchange('fanout') };
  const queues = {
    first: await queue({
      arguments: { 'x-dead-letter-exchange': exchanges.first.name, 'x-dead-letter-routing-key': 'dead' },
    }),
    second: await queue({
      arguments: { 'x-dead-letter-exchange': exchanges.second.name, 'x-max-length': 1 },
    }),
  };
  const [letters, polled] = [await queue(), await queue()];
  await queues.second.bindTo(exchanges.first);
  for (const each of [letters, polled]) await each.bindTo(exchanges.second);
  const worker = await consumer(queues.first, { name: 'worker' });
  const sender = await producer({ confirms: true });
  await sender.sendToQueue(queues.first, 'task');
  worker.reject(await premise(worker.next()), { requeue: false });
  const waiting = async () => (await queues.second.counts()).ready;
  await premise(expect(waiting, 'messages in the second queue').toBecome(1));
  await sender.sendToQueue(queues.second, 'newer');
  return { queues, exchanges, letters, polled };
}

/** The count in x-death of a message that was rejected, published anew as it had come back, and rejected again. */
async function republished({ exchange, queue, consumer, producer }: Stage): Promise<unknown> {
  const [letters, dead] = [await exchange('fanout'), await queue()];
  await dead.bindTo(letters);
  const tasks = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
  const worker = await consumer(tasks, { name: 'worker' });
  const morgue = await consumer(dead, { name: 'morgue' });
  const sender = await producer();
  await sender.sendToQueue(tasks, 'task');
  worker.reject(await premise(worker.next()), { requeue: false });
  const { headers } = await premise(morgue.next());
  const ofTasks = [{ queue: tasks.name, reason: 'rejected', count: expect.any(Number) }];
  await premise(() => expect(headers['x-death'], 'x-death').toMatchObject(ofTasks));
  await sender.sendToQueue(tasks, { body: 'task', headers });
  worker.reject(await premise(worker.next()), { requeue: false });
  const [death] = (await premise(morgue.next())).headers['x-death'] as { count: number }[];
  return death?.count;
}
