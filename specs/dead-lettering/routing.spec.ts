import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'dead-lettering/own-key',
  {
    says: 'Without a dead letter routing key, a message is dead-lettered with the routing keys that it was published with, those of the headers CC and BCC among them.',
    documented: [docs('dlx#routing')],
    extensions: ['dead_letter_exchanges', 'sender_selected_distribution'],
    refutedBy: [
      mutants.deadLettersKeyedByTheirQueue,
      mutants.headerIgnored('CC'),
      mutants.headerIgnored('BCC'),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1557',
        affected: { lavinmq: '<2.6.2' },
        happened: 'the keys of the header BCC were forgotten when a message was dead-lettered',
        seen: { by: mutants.headerIgnored('BCC') },
      },
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [logs, letters] = [await exchange('fanout'), await exchange('topic')];
    const [witness, byKey, byCopy, byBlindCopy] = [
      await queue(),
      await queue(),
      await queue(),
      await queue(),
    ];
    await witness.bindTo(letters, '#');
    await byKey.bindTo(letters, 'error');
    await byCopy.bindTo(letters, 'copy');
    await byBlindCopy.bindTo(letters, 'blind copy');
    const tasks = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
    await tasks.bindTo(logs);
    const worker = await consumer(tasks, { name: 'worker' });

    await (await producer()).publish(logs, 'error', { body: 'failed', CC: ['copy'], BCC: ['blind copy'] });
    worker.reject(await premise(worker.next()), { requeue: false });
    await premise(expect(witness).toReceive(['failed'], { name: 'witness' }));

    await expect(byKey).toReceive([{ body: 'failed', routingKey: 'error' }], { name: 'by key' });
    await expect(byCopy).toReceive(['failed'], { name: 'by copy' });
    await expect(byBlindCopy).toReceive(['failed'], { name: 'by blind copy' });
  },
);

claim(
  'dead-lettering/new-key',
  {
    says: 'With a dead letter routing key, a message is dead-lettered with that key alone, whatever it was published with.',
    documented: [docs('dlx#routing')],
    extensions: ['dead_letter_exchanges', 'sender_selected_distribution'],
    refutedBy: [mutants.queueArgumentLost('x-dead-letter-routing-key')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const letters = await exchange('topic');
    const [witness, byNewKey, byOldKeys] = [await queue(), await queue(), await queue()];
    await witness.bindTo(letters, '#');
    await byNewKey.bindTo(letters, 'failed');
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-dead-letter-routing-key': 'failed' },
    });
    for (const key of [tasks.name, 'copy']) await byOldKeys.bindTo(letters, key);
    const worker = await consumer(tasks, { name: 'worker' });
    const sender = await producer();

    await sender.sendToQueue(tasks, { body: 'task', CC: ['copy'] });
    worker.reject(await premise(worker.next()), { requeue: false });
    await premise(expect(witness).toReceive(['task'], { name: 'witness' }));

    await expect(byNewKey).toReceive([{ body: 'task', routingKey: 'failed' }], { name: 'by the new key' });
    await sender.publish(letters, 'copy', 'afterwards');
    await expect(byOldKeys).toReceive(['afterwards'], { name: 'by the old keys' });
  },
);

claim(
  'dead-lettering/new-key-cc-removed',
  {
    says: 'The header CC of a message is removed when it is dead-lettered with a dead letter routing key.',
    documented: [docs('dlx#effects')],
    extensions: ['dead_letter_exchanges', 'sender_selected_distribution'],
    refutedBy: [mutants.deadLettersKeepCopies],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-dead-letter-routing-key': 'failed' },
    });
    const worker = await consumer(tasks, { name: 'worker' });
    const undertaker = await consumer(dead, { name: 'undertaker' });

    await (await producer()).sendToQueue(tasks, { body: 'task', CC: ['copy'] });
    worker.reject(await premise(worker.next()), { requeue: false });
    await premise(expect(undertaker).toReceive(['task']));

    await expect(undertaker).toReceive([{ body: 'task', headers: { CC: undefined } }]);
  },
);

claim(
  'dead-lettering/bcc-removed',
  {
    says: 'A dead letter that keeps its routing keys keeps its header CC, and nobody sees its header BCC.',
    documented: [docs('dlx#effects'), docs('sender-selected')],
    extensions: ['dead_letter_exchanges', 'sender_selected_distribution'],
    refutedBy: [mutants.blindCopiesShown, mutants.headerLost('CC')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const logs = await exchange('fanout');
    const tasks = await queue({ arguments: { 'x-dead-letter-exchange': letters.name } });
    await tasks.bindTo(logs);
    const worker = await consumer(tasks, { name: 'worker' });
    const undertaker = await consumer(dead, { name: 'undertaker' });

    await (await producer()).publish(logs, 'log', { body: 'task', CC: ['copy'], BCC: ['blind copy'] });
    worker.reject(await premise(worker.next()), { requeue: false });
    await premise(expect(undertaker).toReceive([{ body: 'task', routingKey: 'log' }]));

    await expect(undertaker).toReceive([{ body: 'task', headers: { CC: ['copy'], BCC: undefined } }]);
  },
);

claim(
  'dead-lettering/multiple-targets',
  {
    says: 'A dead letter exchange is a normal exchange: each queue that is bound to it and matches gets a copy, and one that does not match gets none.',
    documented: [docs('dlx#overview'), docs('dlx#routing')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [mutants.starTakenForHash, mutants.oneQueuePerKey],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const letters = await exchange('topic');
    const [witness, other] = [await queue(), await queue()];
    const [errors, ofOneWord] = [await queue(), await queue()];
    for (const all of [witness, other]) await all.bindTo(letters, '#');
    await errors.bindTo(letters, '*.error');
    await ofOneWord.bindTo(letters, '*');
    const tasks = await queue({
      arguments: { 'x-dead-letter-exchange': letters.name, 'x-dead-letter-routing-key': 'kern.error' },
    });
    const worker = await consumer(tasks, { name: 'worker' });
    const sender = await producer();

    await sender.sendToQueue(tasks, 'rejected');
    worker.reject(await premise(worker.next()), { requeue: false });

    await premise(expect(witness).toReceive(['rejected'], { name: 'witness' }));
    await expect(other).toReceive(['rejected'], { name: 'other' });
    await expect(errors).toReceive(['rejected'], { name: 'errors' });
    await sender.publish(letters, 'info', 'afterwards');
    await expect(ofOneWord).toReceive(['afterwards'], { name: 'of one word' });
  },
);

claim(
  'dead-lettering/missing-exchange',
  {
    says: 'A dead letter exchange need not be there when the queue is declared; as long as it is missing, what would go there is dropped without a word, and from then on that it is declared, dead letters go there.',
    documented: [docs('dlx#using-optional-queue-arguments')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.missingDeadLetterExchangesRefused,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, openChannel, queue, consumer, producer, uniqueName }) => {
    const name = uniqueName('letters');
    const channel = await openChannel();
    const tasks = uniqueName('tasks');
    await expect(
      channel.declareQueue(tasks, { arguments: { 'x-dead-letter-exchange': name } }),
    ).toBeAccepted();
    const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
    const sender = await producer();

    await sender.sendToQueue(tasks, ['dropped', 'acknowledged', 'kept']);
    worker.reject(await premise(worker.next()), { requeue: false });
    // A queue deals with what its consumer says in order: when it gives the next, the one before is gone
    worker.ack(await premise(worker.next()));
    const kept = await premise(worker.next());
    const letters = await exchange('fanout', { name });
    const dead = await queue();
    await dead.bindTo(letters);
    worker.reject(kept, { requeue: false });

    await expect(dead).toReceive(['kept']);
  },
);
