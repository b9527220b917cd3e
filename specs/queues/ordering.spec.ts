import { claim, docs, expect, mutants, numbered, specification } from '#support';

claim(
  'queues/fifo',
  {
    says: 'What one channel publishes to a queue, one consumer of the queue gets in the order of publishing: first in, first out.',
    documented: [docs('queues#message-ordering'), specification('4.7', 1)],
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
