import { claim, docs, expect, mutants } from '#support';

claim(
  'management/consumer-capacity',
  {
    says: 'The consumer capacity of a queue is 0 when it had a consumer that has left, and 1, all of its time, while it has one and there is nothing to deliver.',
    documented: [docs('consumers#metrics-capacity')],
    appliesTo: { rabbitmq: '>=3.8.13' },
    refutedBy: [
      mutants.managementFieldWrong('queues', 'consumer_capacity', ''),
      mutants.managementFieldWrong('queues', 'consumer_capacity', 0),
      mutants.managementFieldWrong('queues', 'consumer_capacity', 1),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/16649',
        affected: { rabbitmq: '>=4.3.1' },
        happened: 'the consumer capacity of a quorum queue was always 0',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, management, virtualHost }) => {
    const tasks = await queue();
    const { queues } = management.in(await virtualHost());
    const capacity = async () => (await queues.get(tasks.name))['consumer_capacity'];

    const idle = await consumer(tasks);
    await expect(capacity, 'the consumer capacity beside an idle consumer').toBecome(1);
    await idle.cancel();

    await expect(capacity, 'the consumer capacity without a consumer').toBecome(0);
  },
);
