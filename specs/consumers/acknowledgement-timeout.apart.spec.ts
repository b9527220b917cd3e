import { channelError, claim, docs, expect, mutants, premise, type Stage, tutorial } from '#support';

claim(
  'consumers/acknowledgement-timeout-classic',
  {
    says: 'A consumer of a classic queue that does not acknowledge within the configured time is caught: its channel is closed with 406, and what it held goes to another consumer.',
    documented: [
      docs('consumers#acknowledgement-timeout'),
      tutorial('two', 'message-acknowledgment'),
      docs('consumers#how-it-works'),
      docs('consumers#per-node-configuration'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404), mutants.redeliveriesLost],
    tags: ['tutorial two', 'work queues'],
    needs: ['ctl', 'tick'],
    // From 4.3 on classic queues have no such timeout
    appliesTo: { rabbitmq: '>=3.8.17 <4.3' },
  },
  async (stage) => await stuckConsumerIsCaught(stage, 'classic'),
);

claim(
  'consumers/acknowledgement-timeout-quorum-channel',
  {
    says: 'Up to RabbitMQ 4.2, a consumer of a quorum queue that does not acknowledge within the configured time loses its channel, with 406, and what it held goes to another consumer.',
    documented: [
      docs('consumers#acknowledgement-timeout'),
      docs('consumers#how-it-works'),
      docs('consumers#per-node-configuration'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404), mutants.redeliveriesLost],
    needs: ['ctl', 'tick'],
    // From 4.3 on the queue itself cancels the consumer
    appliesTo: { rabbitmq: '>=3.8.17 <4.3' },
    extensions: ['quorum_queues'],
  },
  async (stage) => await stuckConsumerIsCaught(stage, 'quorum'),
);

async function stuckConsumerIsCaught(
  { queue, consumer, producer, broker }: Stage,
  queueType: 'classic' | 'quorum',
) {
  const tasks = await queue({ arguments: { 'x-queue-type': queueType } });
  // Channels read it when they are opened
  await broker.whileSet('consumer_timeout', '1000', async () => {
    const stuck = await consumer(tasks, { name: 'stuck' });

    await (await producer()).sendToQueue(tasks, 'task');
    await premise(expect(stuck).toReceive(['task']));

    await expect(stuck.channel).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out'),
    );
    const other = await consumer(tasks, { name: 'other', work: 0 });
    await expect(other).toReceive(['task']);
  });
}
