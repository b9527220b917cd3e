import { channelError, claim, docs, expect, mutants, tutorial } from '#support';

claim(
  'exchanges/one-many-or-none',
  {
    says: 'A producer sends to an exchange and never to a queue; the exchange appends the message to one queue, to many, or discards it.',
    documented: [tutorial('three', 'exchanges'), docs('exchanges')],
    refutedBy: [mutants.exchangeIgnored, mutants.exchangeTypeTakenFor('direct', 'fanout')],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('direct');
    const [one, two, three] = [await queue(), await queue(), await queue()];
    await one.bindTo(logs, 'one');
    for (const each of [one, two, three]) await each.bindTo(logs, 'many');

    const sender = await producer();
    await sender.publish(logs, 'none', 'discarded', { mandatory: true });
    await sender.publish(logs, 'one', 'to one', { mandatory: true });
    await sender.publish(logs, 'many', 'to many', { mandatory: true });

    expect(sender.returned.map(({ body }) => body)).toEqual(['discarded']);
    const toOne = { body: 'to one', exchange: logs.name, routingKey: 'one' };
    const toMany = { body: 'to many', exchange: logs.name, routingKey: 'many' };
    await expect(one).toReceive([toOne, toMany], { name: 'one' });
    await expect(two).toReceive([toMany], { name: 'two' });
    await expect(three).toReceive([toMany], { name: 'three' });
  },
);

claim(
  'exchanges/outlives-consumers',
  {
    says: 'A declared exchange that is not auto-delete stays after the last queue that was bound to it has gone with its consumer, although it is not durable.',
    documented: [docs('exchanges#auto-deletion'), docs('exchanges#properties')],
    extensions: ['auto_delete_exchanges'],
    refutedBy: [mutants.autoDeleteAlways],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['management'],
  },
  async ({ exchange, client, consumer, existingQueue, queue, producer, management, virtualHost }) => {
    const logs = await exchange('fanout', { durable: false });
    const temporary = await exchange('fanout', { durable: false, autoDelete: true });
    const receiver = await client({ name: 'receive_logs' });
    const channel = await receiver.channel();
    const { queue: name } = await channel.declareQueue('', { exclusive: true, durable: false });
    await channel.bindQueue(name, logs.name);
    await channel.bindQueue(name, temporary.name);
    await consumer(name, { on: channel, noAck: true });

    await receiver.close();

    const observer = await client({ name: 'observer' });
    const bound = await existingQueue(name);
    await expect(() => bound.exists()).toBecome(false);
    await expect((await observer.channel()).declareExchangePassively(temporary.name)).toBeRefused(
      channelError(404, `NOT_FOUND - no exchange '${temporary.name}'`, 'exchange.declare'),
    );
    await expect((await observer.channel()).declareExchangePassively(logs.name)).toBeAccepted();
    const { exchanges } = management.in(await virtualHost());
    expect(await exchanges.get(logs.name)).toMatchObject({ type: 'fanout', durable: false });
    const later = await queue();
    await later.bindTo(logs);
    await (await producer()).publish(logs, '', 'still there');
    await expect(later).toReceive(['still there']);
  },
);
