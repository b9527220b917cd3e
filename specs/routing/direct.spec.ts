import { claim, docs, expect, mutants, rule, tutorial } from '#support';

claim(
  'routing/direct',
  {
    says: 'A direct exchange gives a message to the queue whose binding key is its routing key: error and info each reach their own consumer only.',
    documented: [
      docs('exchanges#direct'),
      rule('queue/bind/routing-key/direct-exchange-key-matching'),
      tutorial('four', 'direct-exchange'),
    ],
    refutedBy: [mutants.exchangeTypeTakenFor('direct', 'fanout'), mutants.bindingKeysIgnored],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const directLogs = await exchange('direct');
    const [ofErrors, ofInfos] = [await queue(), await queue()];
    await ofErrors.bindTo(directLogs, 'error');
    await ofInfos.bindTo(directLogs, 'info');
    const errors = await consumer(ofErrors, { name: 'errors' });
    const infos = await consumer(ofInfos, { name: 'infos' });
    const sender = await producer();

    await sender.publish(directLogs, 'error', '1 Hello World!');
    await sender.publish(directLogs, 'info', '2 Hello World!');
    await sender.publish(directLogs, 'error', '3 Hello World!');
    await sender.publish(directLogs, 'info', '4 Hello World!');

    await expect(errors).toReceive(['1 Hello World!', '3 Hello World!']);
    await expect(infos).toReceive(['2 Hello World!', '4 Hello World!']);
  },
);

claim(
  'routing/direct-several-keys',
  {
    says: 'A queue that is bound to a direct exchange with several keys gets what matches any of them.',
    documented: [tutorial('four', 'subscribing'), tutorial('four', 'direct-exchange')],
    queueTypes: { stream: true },
    refutedBy: [mutants.oneBindingPerQueue, mutants.exchangeTypeTakenFor('direct', 'fanout')],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const directLogs = await exchange('direct');
    const log = await queue();
    await log.bindTo(directLogs, 'warning');
    await log.bindTo(directLogs, 'error');
    const sender = await producer();

    for (const severity of ['info', 'warning', 'error', 'debug', 'warning'])
      await sender.publish(directLogs, severity, severity);

    await expect(log).toReceive(['warning', 'error', 'warning']);
  },
);

claim(
  'routing/direct-same-key',
  {
    says: 'Several queues that are bound to a direct exchange with the same key each get a copy of what matches it.',
    documented: [tutorial('four', 'multiple-bindings')],
    queueTypes: { stream: true },
    refutedBy: [mutants.oneQueuePerKey, mutants.deliveryLost(3)],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const directLogs = await exchange('direct');
    const [screen, file, mail] = [await queue(), await queue(), await queue()];
    for (const each of [screen, file, mail]) await each.bindTo(directLogs, 'black');
    const sender = await producer();

    await sender.publish(directLogs, 'black', 'to all');

    await expect(screen).toReceive(['to all'], { name: 'screen' });
    await expect(file).toReceive(['to all'], { name: 'file' });
    await expect(mail).toReceive(['to all'], { name: 'mail' });
  },
);

claim(
  'routing/direct-no-match',
  {
    says: 'A direct exchange discards what equals no binding key exactly: nearly the same key, a pattern or the name of the queue does not do.',
    documented: [docs('exchanges#direct'), tutorial('four', 'direct-exchange')],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.routingKeysCaseIgnored,
      mutants.routingKeysCutAt(5),
      mutants.exchangeIgnored,
      mutants.exchangeTypeTakenFor('direct', 'topic'),
    ],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const directLogs = await exchange('direct');
    const [errors, all] = [await queue(), await queue()];
    await errors.bindTo(directLogs, 'error');
    await all.bindTo(directLogs, '#');
    const sender = await producer();
    const others = [
      '',
      'info',
      'Error',
      'err',
      'errors',
      'error.',
      'error.fatal',
      '*',
      errors.name,
      all.name,
    ];

    for (const key of [...others, 'error', '#']) await sender.publish(directLogs, key, `to ${key}`);

    await expect(errors).toReceive(['to error'], { name: 'errors' });
    await expect(all).toReceive(['to #'], { name: 'all' });
  },
);
