import { claim, docs, expect, mutants, numbered, specification } from '#support';

claim(
  'queues/fifo',
  {
    says: 'What one channel publishes to a queue, one consumer of the queue gets in the order of publishing: first in, first out.',
    documented: [docs('queues#message-ordering'), specification('4.7')],
    refutedBy: [mutants.publishesSwapped, mutants.deliveriesSwapped],
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
