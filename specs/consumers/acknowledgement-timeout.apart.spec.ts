import { channelError, claim, docs, expect, mutants, type Stage, tutorial } from '#support';

claim(
  'consumers/acknowledgement-timeout-classic',
  {
    says: 'A consumer of a classic queue that does not acknowledge within the configured time is caught: its channel is closed with 406, and what it held goes to another consumer.',
    documented: [docs('consumers#acknowledgement-timeout'), tutorial('two', 'message-acknowledgment')],
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404), mutants.redeliveriesLost],
    tags: ['tutorial two', 'work queues'],
    needs: ['ctl', 'tick'],
    // From 4.3 on classic queues have no such timeout
    appliesTo: { rabbitmq: '>=3.8.17 <4.3' },
  },
  async ({ queue, consumer, producer, broker }) => {
    const tasks = await queue({ arguments: { 'x-queue-type': 'classic' } });
    await withinOneSecond(broker, async () => {
      const stuck = await consumer(tasks, { name: 'stuck' });

      await (await producer()).sendToQueue(tasks, 'task');
      await expect(stuck).toReceive(['task']);

      await expect(stuck.channel).toBeRefused(
        channelError(406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out'),
      );
      const other = await consumer(tasks, { name: 'other', work: 0 });
      await expect(other).toReceive([{ body: 'task', redelivered: true }]);
    });
  },
);

let stories = 0;
let changed: Promise<unknown> = Promise.resolve();

/** Channels read the limit when they are opened. It is the whole broker's, so the last story sets it back. */
async function withinOneSecond({ control }: Stage['broker'], story: () => Promise<void>): Promise<void> {
  const limit = (milliseconds: number) => {
    changed = changed.then(() =>
      control('eval', `application:set_env(rabbit, consumer_timeout, ${milliseconds}).`),
    );
  };
  stories += 1;
  if (stories === 1) limit(1_000);
  try {
    await changed;
    await story();
  } finally {
    stories -= 1;
    if (stories === 0) limit(30 * 60 * 1_000);
    await changed;
  }
}
