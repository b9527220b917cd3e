import { claim, docs, expect, numbered, tutorial } from '#support';

claim(
  'durability/confirmed-kill',
  {
    says: 'A persistent message in a durable queue that the broker has confirmed survives kill -9 of the broker.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async ({ queue, producer, consumer, broker }) => {
    const tasks = await queue({ durable: true });
    const sender = await producer({ confirms: true });
    const confirmations = await sender.sendToQueue(
      tasks,
      numbered(1, 100).map((body) => ({ body, persistent: true })),
    );
    expect(confirmations).toEqual(numbered(1, 100).map(() => 'ack'));

    await broker.kill();

    await expect(await consumer(tasks)).toReceive(numbered(1, 100));
  },
);

claim(
  'durability/unconfirmed-kill',
  {
    says: 'Persistent messages that were not confirmed may be lost in a kill -9 of the broker: what is left is some of them, in order, each once.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue({ durable: true });
    const sender = await producer();
    const sent = numbered(1, 200);

    for (const body of sent) sender.channel.publish('', tasks.name, { body, persistent: true });
    await broker.kill();

    const left = (await tasks.takeAll()).map(({ body }) => body);
    expect(left).toEqual(sent.filter((body) => left.includes(body)));
  },
);
