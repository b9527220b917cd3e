import { claim, docs, expect, mutants, numbered, tutorial } from '#support';

claim(
  'routing/fanout',
  {
    says: 'A fanout exchange gives a copy of each message to every queue that is bound to it: two consumers both receive 1, 2, 3.',
    documented: [docs('exchanges#fanout'), tutorial('three', 'exchanges')],
    refutedBy: [mutants.oneQueuePerKey, mutants.deliveryLost(4), mutants.laterCopiesCut],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.1.6' },
        happened: 'of a message that does not fit into one frame only one queue got a good copy',
        seen: { by: mutants.laterCopiesCut },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const logs = await exchange('fanout');
    const [ofScreen, ofFile, ofMail] = [await queue(), await queue(), await queue()];
    for (const each of [ofScreen, ofFile, ofMail]) await each.bindTo(logs);
    const screen = await consumer(ofScreen, { name: 'screen', noAck: true });
    const file = await consumer(ofFile, { name: 'file', noAck: true });
    const mail = await consumer(ofMail, { name: 'mail', noAck: true });
    // Of several frames
    const all = [...numbered(1, 3, 'Hello World!'), 'Hello World! '.repeat(25_000)];

    await (await producer()).publish(logs, '', all);

    for (const each of [screen, file, mail]) await expect(each).toReceive(all);
  },
);

claim(
  'routing/fanout-ignores-keys',
  {
    says: 'A fanout exchange looks neither at the routing key of a message nor at the key of a binding.',
    documented: [docs('exchanges#fanout'), tutorial('four', 'bindings')],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.exchangeTypeTakenFor('fanout', 'direct'),
      mutants.exchangeTypeTakenFor('fanout', 'topic'),
    ],
    tags: ['tutorial three', 'tutorial four', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('fanout');
    const [withoutKey, withKey, withTwoKeys] = [await queue(), await queue(), await queue()];
    await withoutKey.bindTo(logs);
    await withKey.bindTo(logs, 'error');
    await withTwoKeys.bindTo(logs, 'info');
    await withTwoKeys.bindTo(logs, 'error');
    const sender = await producer();

    for (const key of ['', 'error', 'info', 'none of them']) await sender.publish(logs, key, `with '${key}'`);

    const all = [`with ''`, `with 'error'`, `with 'info'`, `with 'none of them'`];
    await expect(withoutKey).toReceive(all, { name: 'without key' });
    await expect(withKey).toReceive(all, { name: 'with key' });
    await expect(withTwoKeys).toReceive(all, { name: 'with two keys' });
  },
);
