import { claim, connectionError, expect, mutants, releaseNotes } from '#support';

claim(
  'queues/type-disabled',
  {
    says: 'A type of queues that is disabled in the configuration of the broker cannot be declared: the connection ends with 541. Queues of other types can, and those that are there already go on.',
    documented: [releaseNotes('4.2.0')],
    appliesTo: { rabbitmq: '>=4.2' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.queueArgumentLost('x-queue-type'), mutants.errorCodeChanged(541, 406)],
    needs: ['ctl'],
  },
  async ({ client, openChannel, queue, producer, broker, uniqueName }) => {
    const quorum = { arguments: { 'x-queue-type': 'quorum' } };
    const before = await queue(quorum);

    await broker.whileSet('quorum_queues_enabled', 'false', async () => {
      const asking = await (await client()).channel();
      await expect(asking.declareQueue(uniqueName('tasks'), quorum)).toBeRefused(
        connectionError(541, 'INTERNAL_ERROR - Cannot declare a queue'),
      );
      for (const type of ['classic', 'stream']) {
        const other = { arguments: { 'x-queue-type': type } };
        await expect((await openChannel()).declareQueue(uniqueName(type), other)).toBeAccepted();
      }
      await (await producer()).sendToQueue(before, 'to the one that was there');
      await expect(before).toReceive(['to the one that was there']);
    });
  },
);
