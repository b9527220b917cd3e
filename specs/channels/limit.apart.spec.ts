import { claim, connectionError, docs, expect, mutants, releaseNotes } from '#support';

claim(
  'channels/per-node',
  {
    says: 'A node with as many channels as it is configured to have refuses another with 530, and ends the connection that asked for it; those that are there go on.',
    documented: [docs('channels#maximum-number-of-channels-per-node'), releaseNotes('3.12.14')],
    appliesTo: { rabbitmq: '>=3.12.14' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorCodeChanged(530, 504)],
    needs: ['ctl'],
  },
  async ({ client, queue, consumer, producer, broker }) => {
    const tasks = await queue({ type: 'classic' });
    const [worker, sender] = [await consumer(tasks), await producer()];
    const greedy = await client({ name: 'greedy' });

    await broker.whileSet('channel_max_per_node', '1', async () => {
      await expect(greedy.channel()).toBeRefused(
        connectionError(530, /NOT_ALLOWED - number of channels opened on node/),
      );
      await sender.sendToQueue(tasks, 'task');
      await expect(worker).toReceive(['task']);
    });
  },
);
