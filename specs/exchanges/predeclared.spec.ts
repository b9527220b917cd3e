import { claim, docs, expect, mutants, specification, tutorial } from '#support';

claim(
  'exchanges/predeclared',
  {
    says: 'A new virtual host has the default exchange, which is direct and has no name, and amq.direct, amq.fanout, amq.headers, amq.match and amq.topic, all of them durable.',
    documented: [
      docs('exchanges#pre-declared-exchanges'),
      docs('exchanges#default-exchange'),
      specification('3.1.3'),
      tutorial('three', 'exchanges'),
    ],
    refutedBy: [mutants.exchangeMissing('amq.match'), mutants.exchangeDurabilityForgotten],
    tags: ['tutorial three', 'publish/subscribe', 'hello world'],
    needs: ['management'],
  },
  async ({ virtualHost, openChannel, management }) => {
    const domain = await virtualHost();
    const channel = await openChannel();

    const names = ['', 'amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic'];
    const predeclared = (await management.in(domain).exchanges.list())
      .filter(({ name }) => names.includes(name))
      .map(({ name, type, durable, auto_delete }) => ({ name, type, durable, auto_delete }));

    expect(predeclared.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: '', type: 'direct', durable: true, auto_delete: false },
      { name: 'amq.direct', type: 'direct', durable: true, auto_delete: false },
      { name: 'amq.fanout', type: 'fanout', durable: true, auto_delete: false },
      { name: 'amq.headers', type: 'headers', durable: true, auto_delete: false },
      { name: 'amq.match', type: 'headers', durable: true, auto_delete: false },
      { name: 'amq.topic', type: 'topic', durable: true, auto_delete: false },
    ]);
    for (const { name, type = '' } of predeclared.slice(1))
      await expect(channel.declareExchange(name, type, { durable: true })).toBeAccepted();
  },
);

claim(
  'exchanges/predeclared-trace',
  {
    says: 'A new virtual host has the durable topic exchange amq.rabbitmq.trace, which the firehose publishes to.',
    documented: [docs('firehose'), tutorial('three', 'exchanges')],
    refutedBy: [mutants.exchangeMissing('amq.rabbitmq.trace')],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['management'],
    appliesTo: { rabbitmq: '*' },
  },
  async ({ virtualHost, openChannel, management }) => {
    const domain = await virtualHost();

    const channel = await openChannel();

    const exchanges = await management.in(domain).exchanges.list();

    expect(exchanges).toContainEqual(
      expect.objectContaining({
        name: 'amq.rabbitmq.trace',
        type: 'topic',
        durable: true,
        auto_delete: false,
      }),
    );
    await expect(channel.declareExchangePassively('amq.rabbitmq.trace')).toBeAccepted();
  },
);
