import { claim, expect, mutants, numbered, plugin } from '#support';

claim(
  'routing/consistent-hash-exchangehash',
  {
    says: 'A consistent hash exchange gives each message to one of its queues by the hash of the routing key, or of the header or property that the exchange names: what has the same value goes to the same queue, and of the values each queue gets about the share that the weights of the bindings give it.',
    documented: [
      plugin('rabbitmq_consistent_hash_exchange', 'how-it-works'),
      plugin('rabbitmq_consistent_hash_exchange', 'routing-on-a-header'),
    ],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.exchangeTypeTakenFor('x-consistent-hash', 'fanout'),
      mutants.routingKeysMadeUp,
      mutants.headerIgnored('customer'),
      mutants.propertyIgnored('message-id'),
      mutants.bindingWeightsIgnored,
    ],
    tags: ['routing and topics'],
    needs: ['rabbitmq_consistent_hash_exchange'],
  },
  async ({ exchange, queue, producer }) => {
    const byKey = await exchange('x-consistent-hash');
    const byHeader = await exchange('x-consistent-hash', { arguments: { 'hash-header': 'customer' } });
    const byProperty = await exchange('x-consistent-hash', { arguments: { 'hash-property': 'message_id' } });
    const sender = await producer({ confirms: true });

    for (const [shop, weight] of [
      [byKey, 9],
      [byHeader, 1],
      [byProperty, 1],
    ] as const) {
      const customers = numbered(1, weight === 9 ? 40 : 10, 'customer');
      const [small, large] = [await queue(), await queue()];
      await small.bindTo(shop, '1');
      await large.bindTo(shop, String(weight));
      const keyOf = (customer: string) => (shop === byKey ? customer : crypto.randomUUID());
      await Promise.all(
        ['order', 'invoice'].flatMap((step) =>
          customers.map((customer) => {
            const message = { body: `${step} of ${customer}`, headers: { customer }, messageId: customer };
            return sender.publish(shop, keyOf(customer), message);
          }),
        ),
      );

      const [few, many] = [await small.takeAll(), await large.takeAll()].map((all) =>
        all.map(({ body }) => body),
      );
      const inOne = (customer: string) =>
        [few, many].filter(
          (all) => all?.includes(`order of ${customer}`) && all.includes(`invoice of ${customer}`),
        );
      expect(customers.map((customer) => inOne(customer).length)).toEqual(customers.map(() => 1));
      expect([...(few ?? []), ...(many ?? [])]).toHaveLength(2 * customers.length);
      expect(few).not.toHaveLength(0);
      expect(many).not.toHaveLength(0);
      if (weight === 9) expect(many?.length).toBeGreaterThan(customers.length * 1.4);
    }
  },
);

claim(
  'routing/recent-history-exchangehistory',
  {
    says: 'A recent history exchange keeps the last messages that it was published, twenty or as many as it was declared with, and gives them to each queue that is bound to it, in their order; those that come later go to all of its queues.',
    documented: [
      plugin('rabbitmq_recent_history_exchange', 'rabbitmq-recent-history-cache'),
      plugin('rabbitmq_recent_history_exchange', 'providing-a-custom-history-length'),
    ],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.exchangeTypeTakenFor('x-recent-history', 'fanout'),
      mutants.exchangeArgumentLost('x-recent-history-length'),
    ],
    tags: ['routing and topics'],
    needs: ['rabbitmq_recent_history_exchange'],
  },
  async ({ exchange, queue, producer }) => {
    const chat = await exchange('x-recent-history');
    const brief = await exchange('x-recent-history', { arguments: { 'x-recent-history-length': 2 } });
    const sender = await producer({ confirms: true });
    await sender.publish(chat, '', numbered(1, 25));
    await sender.publish(brief, '', numbered(1, 5));

    const [late, later, latest] = [await queue(), await queue(), await queue()];
    await late.bindTo(chat);
    await later.bindTo(brief);
    await latest.bindTo(brief);
    await sender.publish(chat, '', 'welcome');
    await sender.publish(brief, '', 'welcome');

    await expect(late).toReceive([...numbered(6, 25), 'welcome'], { name: 'late' });
    await expect(later).toReceive([...numbered(4, 5), 'welcome'], { name: 'later' });
    await expect(latest).toReceive([...numbered(4, 5), 'welcome'], { name: 'latest' });
  },
);
