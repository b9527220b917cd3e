import { claim, docs, expect, mutants, numbered, premise } from '#support';

claim(
  'consuming/get',
  {
    says: 'basic.get takes the oldest message of a queue and tells how many are left behind it; of a queue with nothing ready it tells that it is empty.',
    documented: [docs('consumers#polling'), docs('queues#consumer-acknowledgement')],
    refutedBy: [mutants.remainingCountWrong, mutants.getTakenForEmpty, mutants.deliveryLost(2)],
  },
  async ({ queue, client, producer }) => {
    const tasks = await queue();
    const poller = await (await client({ name: 'poller' })).channel();
    await (await producer({ confirms: true })).sendToQueue(tasks, numbered(1, 3));

    const got = [
      await poller.get(tasks.name),
      await poller.get(tasks.name),
      await poller.get(tasks.name),
      await poller.get(tasks.name),
    ];

    expect(
      got.map((message) => message && [message.body, message.messageCount]),
      'bodies, and messages left',
    ).toEqual([['1', 2], ['2', 1], ['3', 0], undefined]);
  },
);

claim(
  'consuming/get-ack-modes',
  {
    says: 'What basic.get takes with no-ack is deleted at once; without it, it is unacknowledged until it is settled, and goes back to the queue when the channel closes.',
    documented: [docs('consumers#polling'), docs('confirms#acknowledgement-modes')],
    refutedBy: [mutants.automaticAckTakenForManual, mutants.manualAckTakenForAutomatic, mutants.acksIgnored],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-beta7---2022-11-21',
        affected: { lavinmq: '<1.0.0-beta.7' },
        happened: 'what basic.get took did not count as unacknowledged, and could be lost',
        seen: { by: mutants.manualAckTakenForAutomatic },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, client, producer }) => {
    const tasks = await queue();
    const poller = await (await client({ name: 'poller' })).channel();
    await (await producer({ confirms: true })).sendToQueue(tasks, numbered(1, 3));

    const automatic = await poller.get(tasks.name, { noAck: true });
    const acknowledged = await poller.get(tasks.name);
    const forgotten = await poller.get(tasks.name);

    const bodies = [automatic, acknowledged, forgotten].map((message) => message?.body);
    await premise(() => expect(bodies).toEqual(['1', '2', '3']));
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 2 });
    poller.ack(acknowledged ?? 0);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
    await poller.close();
    await expect(tasks).toHaveCounters({ ready: 1, unacknowledged: 0 });
    expect(
      (await tasks.takeAll()).map(({ body }) => body),
      'what is left in the queue',
    ).toEqual(['3']);
  },
);
