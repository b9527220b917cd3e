import { channelError, claim, docs, expect, tutorial } from '#support';

claim(
  'consumers/acknowledgement-timeout-classic',
  {
    says: 'A consumer of a classic queue that does not acknowledge within the configured time is caught: its channel is closed with 406, and what it held goes to another consumer.',
    documented: [docs('consumers#acknowledgement-timeout'), tutorial('two', 'message-acknowledgment')],
    tags: ['tutorial two', 'work queues'],
    needs: ['ctl', 'tick'],
    // From 4.3 on classic queues have no such timeout
    appliesTo: { rabbitmq: '>=3.8.17 <4.3' },
  },
  async ({ queue, consumer, producer, broker }) => {
    const limit = (milliseconds: number) =>
      broker.control('eval', `application:set_env(rabbit, consumer_timeout, ${milliseconds}).`);
    const tasks = await queue({ arguments: { 'x-queue-type': 'classic' } });
    await limit(1_000);
    const stuck = await consumer(tasks, { name: 'stuck' }); // a channel reads the limit when it is opened
    await limit(30 * 60 * 1_000);

    await (await producer()).sendToQueue(tasks, 'task');
    await expect(stuck).toReceive(['task']);

    await expect(stuck.channel).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out'),
    );
    await expect(await consumer(tasks, { name: 'other' })).toReceive([{ body: 'task', redelivered: true }]);
  },
);
