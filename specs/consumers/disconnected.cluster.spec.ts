import { claim, docs, expect, mutants, notClassic, numbered, premise } from '#support';

claim(
  'consumers/acknowledgement-timeout-disconnected',
  {
    says: 'From 4.3 on, what the consumer of a quorum queue has not acknowledged goes back to the queue when its node has been out of reach for the time of consumer_disconnected_timeout: another consumer gets it, marked as redelivered.',
    documented: [docs('quorum-queues#disconnected-consumer-node-timeout')],
    appliesTo: { rabbitmq: '>=4.3' },
    queueTypes: { classic: notClassic.consumerTimeout },
    refutedBy: [mutants.redeliveriesLost, mutants.redeliveredNeverSet],
    needs: ['cluster', 'partition', 'ctl'],
  },
  async ({ cluster, consumer, producer, queue }) => {
    await cluster.whileSet('consumer_disconnected_timeout', '1000', async () => {
      const tasks = await queue();
      const lost = await consumer(tasks, { name: 'lost', as: { node: 'b' } });
      await (await producer({ confirms: true })).sendToQueue(tasks, numbered(1, 3));
      await premise(expect(lost).toReceive(numbered(1, 3)));

      await cluster.cutOff('b');

      const successor = await consumer(tasks, { name: 'successor' });
      await expect(successor).toReceive(
        numbered(1, 3).map((body) => ({ body, redelivered: true })),
        { inAnyOrder: true },
      );
      await cluster.heal();
    });
  },
);
