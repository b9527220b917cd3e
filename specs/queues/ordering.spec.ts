import { claim, docs, expect, mutants, numbered, rule, specification } from '#support';

claim(
  'queues/fifo',
  {
    says: 'What one channel publishes to a queue, one consumer of the queue gets in the order of publishing: first in, first out.',
    documented: [docs('queues#message-ordering'), specification('4.7', 1), docs('queues#what-is-a-queue')],
    refutedBy: [mutants.publishesSwapped, mutants.deliveriesSwapped],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/14576',
        affected: { rabbitmq: '<4.1.5' },
        happened: 'in rare cases the message store lost a few messages of a classic queue',
        seen: { not: 'It took load and an order of events that a spec can not bring about.' },
      },
    ],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ queue, producer, consumer }) => {
    const hello = await queue();
    const sender = await producer();

    await sender.sendToQueue(hello, numbered(1, 50));
    const receiver = await consumer(hello);
    await sender.sendToQueue(hello, numbered(51, 100));

    await expect(receiver).toReceive(numbered(1, 100));
  },
);

claim(
  'queues/fifo-persistence',
  {
    says: 'Persistent and transient messages of the same priority keep their order among each other in a queue.',
    documented: [rule('basic/08')],
    refutedBy: [mutants.persistentOvertakesTransient, mutants.publishesSwapped],
    tags: ['hello world'],
  },
  async ({ queue, producer }) => {
    const hello = await queue();
    const bodies = numbered(1, 50);

    await (
      await producer()
    ).sendToQueue(
      hello,
      bodies.map((body) => ({ body, persistent: Number(body) % 2 === 0 })),
    );

    await expect(hello).toReceive(bodies);
  },
);
