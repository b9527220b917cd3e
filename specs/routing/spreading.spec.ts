import { claim, docs, expect, mutants, notQuorum, numbered } from '#support';

claim(
  'routing/random-exchangelocal',
  {
    says: 'A local random exchange gives each message to one of the queues bound to it on the node of the publisher, picked at random; with none, the message is unroutable.',
    documented: [
      docs('local-random-exchange#overview'),
      docs('local-random-exchange#limitations'),
      docs('exchanges#local-random-exchange'),
    ],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [
      mutants.exchangeTypeTakenFor('x-local-random', 'fanout'),
      mutants.oneQueuePerKey,
      mutants.mandatoryIgnored,
    ],
    tags: ['tutorial six', 'rpc'],
    appliesTo: { rabbitmq: '>=4.0' },
  },
  async ({ exchange, client, consumer, producer }) => {
    const requests = await exchange('x-local-random');
    const sender = await producer({ confirms: true });
    const server = async (name: string) => {
      const channel = await (await client({ name })).channel();
      const { queue } = await channel.declareQueue('', { exclusive: true, durable: false });
      await channel.bindQueue(queue, requests.name);
      return await consumer(queue, { name, on: channel, noAck: true });
    };

    await sender.publish(requests, '', 'nobody serves', { mandatory: true });
    const [first, second] = [await server('first'), await server('second')];
    await sender.publish(requests, '', numbered(1, 100), { mandatory: true });

    await first.caughtUp();
    await second.caughtUp();
    const [some, others] = [first, second].map(({ deliveries }) =>
      deliveries.map(({ body }) => Number(body)),
    );
    expect(
      sender.returned.map(({ body }) => body),
      'what was returned',
    ).toEqual(['nobody serves']);
    expect(
      [...(some ?? []), ...(others ?? [])].sort((a, b) => a - b).map(String),
      'what both queues got',
    ).toEqual(numbered(1, 100));
    expect(some, 'what the one queue got').not.toHaveLength(0);
    expect(others, 'what the other queue got').not.toHaveLength(0);
  },
);

claim(
  'routing/modulus-hash-exchangehash',
  {
    says: 'A modulus hash exchange gives each message to one of its queues by the hash of the routing key: the same key always goes to the same queue, different keys spread, and binding keys do not matter.',
    documented: [docs('modulus-hash-exchange#overview'), docs('modulus-hash-exchange#stable-routing')],
    refutedBy: [
      mutants.exchangeTypeTakenFor('x-modulus-hash', 'fanout'),
      mutants.routingKeysMadeUp,
      mutants.routingKeysIgnored,
    ],
    tags: ['routing and topics'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ exchange, queue, producer }) => {
    const orders = await exchange('x-modulus-hash');
    const shards = [await queue(), await queue(), await queue()];
    for (const [index, shard] of shards.entries()) await shard.bindTo(orders, `shard ${index}`);
    const sender = await producer({ confirms: true });
    const keys = numbered(1, 50, 'order');

    await Promise.all(
      ['placed', 'paid', 'sent'].flatMap((step) =>
        keys.map((key) => sender.publish(orders, key, `${key} ${step}`)),
      ),
    );
    await sender.publish(orders, 'shard 1', 'not for shard 1 alone');

    const got = await Promise.all(shards.map((shard) => shard.takeAll()));
    const bodies = got.map((all) => all.map(({ body }) => body));
    for (const key of keys) {
      const steps = bodies.map((all) => all.filter((body) => body.startsWith(`${key} `)));
      expect(steps.filter((some) => some.length > 0)).toEqual([
        [`${key} placed`, `${key} paid`, `${key} sent`],
      ]);
    }
    expect(bodies.flat(), 'what all queues got').toHaveLength(3 * keys.length + 1);
    expect(bodies.flat(), 'what all queues got').toContain('not for shard 1 alone');
    for (const all of bodies) expect(all).not.toHaveLength(0);
  },
);
