import { claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'exchanges/one-many-or-none',
  {
    says: 'A producer sends to an exchange and never to a queue; the exchange appends the message to one queue, to many, or discards it.',
    documented: [
      tutorial('three', 'exchanges'),
      docs('exchanges'),
      docs('publishers#basics'),
      docs('exchanges#what-is-an-exchange'),
    ],
    refutedBy: [mutants.exchangeIgnored, mutants.exchangeTypeTakenFor('direct', 'fanout')],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('direct');
    const [one, two, three] = [await queue(), await queue(), await queue()];
    await one.bindTo(logs, 'one');
    for (const each of [one, two, three]) await each.bindTo(logs, 'many');

    const sender = await producer();
    await sender.publish(logs, 'none', 'discarded');
    await sender.publish(logs, two.name, 'to no queue');
    await sender.publish(logs, 'one', 'to one');
    await sender.publish(logs, 'many', 'to many');

    await expect(one).toReceive(['to one', 'to many'], { name: 'one' });
    await expect(two).toReceive(['to many'], { name: 'two' });
    await expect(three).toReceive(['to many'], { name: 'three' });
  },
);

claim(
  'exchanges/outlives-consumers',
  {
    says: 'A declared exchange that is not auto-delete stays after the last queue that was bound to it has gone with its consumer, although it is not durable.',
    documented: [docs('exchanges#auto-deletion'), docs('exchanges#properties')],
    refutedBy: [mutants.autoDeleteAlways],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, client, consumer, existingQueue, queue, producer, openChannel }) => {
    const logs = await exchange('fanout', { durable: false });
    const receiver = await client({ name: 'receive_logs' });
    const channel = await receiver.channel();
    const { queue: name } = await channel.declareQueue('', {
      type: 'classic',
      exclusive: true,
      durable: false,
    });
    await channel.bindQueue(name, logs.name);
    await consumer(name, { on: channel, noAck: true });

    await receiver.close();
    const bound = await existingQueue(name);
    await premise(expect(() => bound.exists(), 'whether bound is there').toBecome(false));

    await expect((await openChannel()).declareExchangePassively(logs.name)).toBeAccepted();
    const later = await queue();
    await later.bindTo(logs);
    await (await producer()).publish(logs, '', 'still there');
    await expect(later).toReceive(['still there']);
  },
);
