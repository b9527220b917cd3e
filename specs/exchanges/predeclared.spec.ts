import { claim, docs, expect, mutants, premise, rule, specification, tutorial } from '#support';

claim(
  'exchanges/predeclared',
  {
    says: 'A new virtual host has the default exchange, which is direct and has no name, and the durable exchanges amq.direct, amq.fanout, amq.topic, amq.headers and amq.match, the last two of type headers, the others of that in their names.',
    documented: [
      docs('exchanges#pre-declared-exchanges'),
      docs('exchanges#default-exchange'),
      rule('exchange/required-instances'),
      rule('exchange/default-exchange'),
      specification('3.1.3.1', 1),
      specification('3.1.3.3', 2),
      specification('3.1.3.4', 1),
      tutorial('three', 'exchanges'),
      docs('exchanges#exchanges-belong-to-virtual-hosts'),
      docs('exchanges#per-amqp-0-9-1-spec'),
    ],
    refutedBy: [
      mutants.exchangeMissing('amq.match'),
      mutants.exchangeMissing(''),
      mutants.exchangeDurabilityForgotten,
    ],
    tags: ['tutorial three', 'publish/subscribe', 'hello world'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, openChannel, queue, producer, management }) => {
    const domain = await ownVirtualHost();
    const [channel, sender] = [await openChannel(), await producer()];
    const predeclared = {
      'amq.direct': 'direct',
      'amq.fanout': 'fanout',
      'amq.topic': 'topic',
      'amq.headers': 'headers',
      'amq.match': 'headers',
    };

    const listed = await management.in(domain).exchanges.list();

    for (const [name, type] of Object.entries(predeclared)) {
      expect(listed).toContainEqual(expect.objectContaining({ name, type, durable: true }));
      await expect(channel.declareExchange(name, type, { durable: true })).toBeAccepted();
    }
    const [hello, other] = [await queue(), await queue()];
    for (const { name } of [hello, other])
      await expect(sender.publish('', name, `to ${name}`)).toBeAccepted();

    await expect(hello).toReceive([`to ${hello.name}`]);
    await expect(other).toReceive([`to ${other.name}`]);
  },
);

claim(
  'exchanges/predeclared-trace',
  {
    says: 'A new virtual host has the durable topic exchange amq.rabbitmq.trace, which the firehose publishes to.',
    documented: [docs('firehose'), tutorial('three', 'exchanges'), docs('exchanges#system')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.exchangeMissing('amq.rabbitmq.trace'), mutants.tracedAnswersBreakTheConnection],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/discussions/11662',
        affected: { rabbitmq: '>=3.13.0 <3.13.5' },
        happened: 'with the firehose on, an answer by direct reply-to made the channel crash',
        seen: { by: mutants.tracedAnswersBreakTheConnection },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/16755',
        affected: { rabbitmq: '<4.2.9 || >=4.3.0 <4.3.3' },
        happened: 'to turn the firehose on for several virtual hosts at once left some of them without',
        seen: { not: 'It is a race between administrators' },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['management', 'administration'],
    appliesTo: { rabbitmq: '*' },
  },
  async ({ ownVirtualHost, openChannel, queue, producer, consumer, client, management }) => {
    const domain = await ownVirtualHost();
    const channel = await openChannel();

    const exchanges = await management.in(domain).exchanges.list();

    expect(exchanges).toContainEqual(
      expect.objectContaining({ name: 'amq.rabbitmq.trace', type: 'topic', durable: true }),
    );
    await expect(channel.declareExchangePassively('amq.rabbitmq.trace')).toBeAccepted();

    const [traces, requests] = [await queue({ type: 'classic' }), await queue({ type: 'classic' })];
    await traces.bindTo('amq.rabbitmq.trace', 'publish.#');
    await management.virtualHosts.put(domain, { tracing: true });
    const requester = await (await client({ name: 'requester' })).channel();
    await consumer('amq.rabbitmq.reply-to', { name: 'answers', on: requester, noAck: true });
    requester.publish('', requests.name, { body: 'request', replyTo: 'amq.rabbitmq.reply-to' });
    const { properties } = await premise((await consumer(requests)).next());
    const server = await producer();
    await expect(server.sendToQueue(String(properties['replyTo']), 'answer')).toBeAccepted();
    await server.sendToQueue(requests, 'another request');

    const traced = await traces.consumer();
    await expect(async () => traced.deliveries.map(({ body }) => body)).toBecome(
      expect.arrayContaining(['request', 'another request']),
    );
  },
);
