import { claim, docs, expect, mutants, rule, tutorial } from '#support';

claim(
  'routing/no-binding-discarded',
  {
    says: 'An exchange that nothing is bound to discards what is published to it: it keeps no message for a queue that comes later.',
    documented: [
      tutorial('three', 'putting-it-all-together'),
      docs('publishers#unroutable'),
      docs('publishers#routing-issues'),
    ],
    queueTypes: { stream: true },
    refutedBy: [mutants.publishedForLaterQueues],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('fanout');
    const sender = await producer();

    await sender.publish(logs, '', 'nobody listens');
    const listener = await queue();
    await listener.bindTo(logs);
    await sender.publish(logs, '', 'somebody listens');

    await expect(listener).toReceive(['somebody listens']);
  },
);

claim(
  'routing/binding-not-retroactive',
  {
    says: 'A binding concerns what is published from then on: a queue that is bound later gets nothing from before, although an older queue did.',
    documented: [tutorial('three', 'temporary-queues'), tutorial('three', 'bindings')],
    queueTypes: { stream: true },
    refutedBy: [mutants.publishedForLaterQueues, mutants.bindingsIgnored],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('fanout');
    const [early, late] = [await queue(), await queue()];
    const sender = await producer();

    await early.bindTo(logs);
    await sender.publish(logs, '', 'before');
    await late.bindTo(logs);
    await sender.publish(logs, '', 'after');

    await expect(early).toReceive(['before', 'after'], { name: 'early' });
    await expect(late).toReceive(['after'], { name: 'late' });
  },
);

claim(
  'routing/binding-no-duplicate-delivery',
  {
    says: 'A queue gets one copy of a message, however many of its bindings to the exchange match.',
    documented: [rule('queue/bind/unique'), tutorial('five', 'topic-exchange')],
    queueTypes: { stream: true },
    refutedBy: [mutants.publishedTwice, mutants.deliveriesDuplicated],
    tags: ['tutorial five', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const animals = await exchange('topic');
    const mine = await queue();
    for (const key of ['*.*.rabbit', 'lazy.#', '#', 'lazy.pink.rabbit']) await mine.bindTo(animals, key);
    const sender = await producer();

    await sender.publish(animals, 'lazy.pink.rabbit', 'matches four');
    await sender.publish(animals, 'quick.brown.rabbit', 'matches two');
    await sender.publish(animals, 'quick.brown.fox', 'matches one');

    await expect(mine).toReceive(['matches four', 'matches two', 'matches one']);
  },
);

claim(
  'routing/bindings-minimum',
  {
    says: 'A queue may have at least four bindings, and gets what matches each of them.',
    documented: [rule('queue/bind/binding-count')],
    queueTypes: { stream: true },
    refutedBy: [mutants.oneBindingPerQueue],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const [logs, log] = [await exchange('direct'), await queue()];
    const [channel, sender] = [await openChannel(), await producer()];
    const severities = ['info', 'warning', 'error', 'panic'];

    for (const severity of severities)
      await expect(channel.bindQueue(log.name, logs.name, severity)).toBeAccepted();
    for (const severity of severities) await sender.publish(logs, severity, severity);

    await expect(log).toReceive(severities);
  },
);
