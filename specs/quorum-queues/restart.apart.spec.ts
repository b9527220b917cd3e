import { claim, docs, expect, mutants, notClassic, numbered } from '#support';

claim(
  'quorum-queues/persistent-always',
  {
    says: 'A quorum queue keeps each message durably, whatever its delivery mode: transient ones survive a restart of the broker, in their order.',
    documented: [docs('quorum-queues#feature-matrix'), docs('quorum-queues#caveats')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.transience },
    refutedBy: [mutants.transientMessagesLost, mutants.deliveriesSwapped],
    needs: ['restart'],
  },
  async ({ queue, producer, broker }) => {
    const orders = await queue();
    await (
      await producer({ confirms: true })
    ).sendToQueue(
      orders,
      numbered(1, 9).map((body) => ({ body, persistent: false })),
    );

    await broker.restart();

    await expect(orders).toReceive(numbered(1, 9));
  },
);
