import { claim, expect, mutants, numbered, plugin, type Stage } from '#support';

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
      mutants.hashExchangesMixedUp,
      mutants.hashHeaderRequired,
      mutants.deletedDestinationsKeepTheirShare,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/3594',
        affected: { rabbitmq: '>=3.7.8 <3.8.24 || >=3.9.0 <3.9.9' },
        happened:
          'when one of two bindings of a queue was taken away, or the queue was deleted, messages for other queues were dropped',
        seen: { on: 'rabbitmq 3.8.9' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/17081',
        affected: { rabbitmq: '>=3.13.0 <4.3.5' },
        happened: 'a message whose header is an empty array ended the connection with 541',
        seen: { on: 'rabbitmq 4.0.5' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/11808',
        affected: { rabbitmq: '>=3.13.0 <3.13.7' },
        happened: 'a message without the header made the channel crash',
        seen: { by: mutants.hashHeaderRequired },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/17255',
        affected: { rabbitmq: '>=4.3.0 <4.3.6' },
        happened: 'the messages of an exchange that was bound to it were lost when that was deleted',
        seen: { by: mutants.deletedDestinationsKeepTheirShare },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-consistent-hash-exchange/issues/40',
        affected: { rabbitmq: '>=3.7.8 <3.7.10' },
        happened: 'a part of the messages was dropped after a queue with a weight such as 34 had gone',
        seen: { by: mutants.deletedDestinationsKeepTheirShare },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.7.1.txt',
        affected: { rabbitmq: '>=2.7.0 <2.7.1' },
        happened: 'with several exchanges of this type, messages were routed by the bindings of another',
        seen: { by: mutants.hashExchangesMixedUp },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/9641',
        affected: { rabbitmq: '>=3.9.21 <3.10.0 || >=3.10.6' },
        happened:
          'a queue that was bound twice got nothing any more when one of the two bindings was taken away',
        seen: {
          not: 'The documentation assumes one binding between the exchange and a queue, so the story does not ask what the one that is left is worth',
        },
      },
    ],
    tags: ['routing and topics'],
    needs: ['rabbitmq_consistent_hash_exchange'],
  },
  async (stage) => {
    const { exchange, queue, producer } = stage;
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

      const [few = [], many = []] = await bodiesIn([small, large], 2 * customers.length);
      const inOne = (customer: string) =>
        [few, many].filter(
          (all) => all.includes(`order of ${customer}`) && all.includes(`invoice of ${customer}`),
        );
      expect(
        customers.map((customer) => inOne(customer).length),
        'queues that got all of a customer, for each',
      ).toEqual(customers.map(() => 1));
      expect([...few, ...many], 'messages in both queues').toHaveLength(2 * customers.length);
      expect(few, 'messages in the queue of weight 1').not.toHaveLength(0);
      expect(many, 'messages in the other queue').not.toHaveLength(0);
      if (weight === 9)
        expect(many.length, 'messages in the queue of more weight').toBeGreaterThan(customers.length * 1.4);
      if (shop === byHeader) await hashingAnyValue(stage, shop, [small, large]);
    }
    await hashingWithFewerDestinations(stage);
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

type Queue = Awaited<ReturnType<Stage['queue']>>;
type Exchange = Awaited<ReturnType<Stage['exchange']>>;

/** Headers of all types, and none: the messages with the same go to the same queue. */
async function hashingAnyValue({ producer }: Stage, byHeader: Exchange, queues: Queue[]): Promise<void> {
  const sender = await producer({ confirms: true });

  for (const headers of [
    {},
    { customer: 7 },
    { customer: { name: 'Alice' } },
    { customer: ['Alice', 7] },
    { customer: [] },
  ]) {
    const publishing = numbered(1, 4).map((body) =>
      sender.publish(byHeader, crypto.randomUUID(), { body, headers }),
    );
    await expect(Promise.all(publishing)).toBeAccepted();

    expect((await bodiesIn(queues, 4)).filter((some) => some.length > 0)).toEqual([numbered(1, 4)]);
  }
}

/** Each message goes to one of those that are left. */
async function hashingWithFewerDestinations({
  exchange,
  queue,
  openChannel,
  producer,
}: Stage): Promise<void> {
  const shop = await exchange('x-consistent-hash');
  const onward = await exchange('fanout');
  const [leaving, staying, behind] = [await queue(), await queue(), await queue()];
  await behind.bindTo(onward);
  await leaving.bindTo(shop, '1');
  for (const each of [leaving, staying, onward]) await each.bindTo(shop, '40');
  const sender = await producer({ confirms: true });
  const customers = numbered(1, 15, 'customer').sort();
  const reached = async (...queues: Queue[]) => {
    await Promise.all(customers.map((customer) => sender.publish(shop, customer, customer)));
    return (await bodiesIn(queues, customers.length)).flat().sort();
  };

  expect(await reached(leaving, staying, behind)).toEqual(customers);
  await leaving.unbindFrom(shop, '1');
  expect(await reached(leaving, staying, behind)).toEqual(customers);
  await (await openChannel()).deleteExchange(onward.name);
  expect(await reached(leaving, staying)).toEqual(customers);
  await leaving.delete();
  expect(await reached(staying)).toEqual(customers);
}

/** What is in each queue: so many messages in all of them together, and no more. */
async function bodiesIn(queues: Queue[], count: number): Promise<string[][]> {
  const readers = await Promise.all(queues.map((each) => each.consumer()));
  const received = async () => readers.flatMap(({ deliveries }) => deliveries).length;
  await expect(received, 'messages that were received').toBecome(count);
  for (const reader of readers) await reader.caughtUp();
  await Promise.all(readers.map((reader) => reader.cancel()));
  return readers.map(({ deliveries }) => deliveries.map(({ body }) => body));
}
