import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'consuming/delivery-metadata',
  {
    says: 'Each message comes with the exchange that it was published to and the routing key that it was published with, by whatever binding it came, whether a consumer gets it or basic.get takes it.',
    documented: [docs('consumers#message-properties'), docs('publishers#message-properties')],
    refutedBy: [mutants.deliveryExchangeForgotten, mutants.deliveryRoutingKeyForgotten],
  },
  async ({ exchange, queue, producer, consumer, client }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });
    const types = ['direct', 'fanout', 'topic', 'headers'] as const;
    const exchanges = await Promise.all(types.map((type) => exchange(type)));
    const keys = ['task.heavy', '', 'task.light', 'of no account'];
    const bindings = ['task.heavy', 'another', '#', ''];
    for (const [place, source] of exchanges.entries()) await tasks.bindTo(source, bindings[place] ?? '');
    const publishAll = async () => {
      await sender.sendToQueue(tasks, 'task');
      for (const [place, source] of exchanges.entries())
        await sender.publish(source, keys[place] ?? '', 'task');
    };
    const published = [
      { exchange: '', routingKey: tasks.name },
      ...exchanges.map(({ name }, place) => ({ exchange: name, routingKey: keys[place] ?? '' })),
    ];

    await publishAll();
    const poller = await (await client({ name: 'poller' })).channel();
    const got = [];
    for (const _ of published) {
      const message = await premise(poller.get(tasks.name, { noAck: true }));
      if (message !== undefined) got.push({ exchange: message.exchange, routingKey: message.routingKey });
    }
    const receiver = await consumer(tasks, { noAck: true });
    await publishAll();

    expect(got, 'what came with the messages that were got').toEqual(published);
    await expect(receiver).toReceive(published);
  },
);
