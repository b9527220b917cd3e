import { claim, type Consumer, docs, expect, mutants, numbered, premise, rule } from '#support';

claim(
  'consuming/ack-multiple',
  {
    says: 'An acknowledgement with multiple settles everything on the channel up to and including its tag, and one without it settles that delivery alone.',
    documented: [docs('confirms#consumer-acks-multiple-parameter')],
    refutedBy: [mutants.multipleIgnored, mutants.multipleAlways],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks, { name: 'worker' });
    await (await producer()).sendToQueue(tasks, numbered(1, 8));
    await premise(expect(worker).toReceive(numbered(1, 8)));
    const [four, seven] = [await given(worker, '4'), await given(worker, '7')];

    worker.ack(four, { multiple: true });
    await expect(tasks).toHaveCounters({ unacknowledged: 4 });
    worker.ack(seven);
    await expect(tasks).toHaveCounters({ unacknowledged: 3 });
    await worker.channel.close();
    await premise(expect(tasks).toHaveCounters({ ready: 3 }));

    await expect(tasks).toReceive(['5', '6', '8'], { inAnyOrder: true, name: 'successor' });
  },
);

claim(
  'consuming/ack-zero-multiple',
  {
    says: 'Delivery tag 0 with multiple acknowledges everything that is outstanding on the channel, and nothing on another.',
    documented: [rule('delivery-tag/non-zero')],
    refutedBy: [mutants.zeroTagTakenForNone, mutants.zeroTagTakenForAllChannels, mutants.nothingToAckRefused],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#117---2023-08-05',
        affected: { lavinmq: '<1.1.7' },
        happened: 'to acknowledge everything was an error on a channel on which nothing was outstanding',
        seen: { by: mutants.nothingToAckRefused },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const sender = await producer();
    const done = await consumer(tasks, { on: await openChannel(), name: 'done', prefetch: 3 });
    await sender.sendToQueue(tasks, numbered(1, 3));
    await premise(expect(done).toReceive(numbered(1, 3)));
    const pending = await consumer(tasks, { on: await openChannel(), name: 'pending' });
    await sender.sendToQueue(tasks, numbered(4, 6));
    await premise(expect(pending).toReceive(numbered(4, 6)));

    done.ack(0, { multiple: true });

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    done.ack(0, { multiple: true });
    await expect(done.channel.declareQueuePassively(tasks.name)).toBeAccepted();
    await done.channel.close();
    await pending.channel.close();
    await expect(tasks).toReceive(numbered(4, 6), { inAnyOrder: true, name: 'successor' });
  },
);

claim(
  'consuming/nack-multiple',
  {
    says: 'basic.nack with multiple rejects everything on the channel up to and including its tag, and with tag 0 everything that is outstanding.',
    documented: [docs('nack#usage'), rule('delivery-tag/non-zero')],
    extensions: ['basic.nack'],
    refutedBy: [
      mutants.multipleIgnored,
      mutants.zeroTagTakenForNone,
      mutants.nacksIgnored,
      mutants.requeueIgnored,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'basic.nack with the delivery tag 0 did not mean everything that is outstanding',
        seen: { by: mutants.zeroTagTakenForNone },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks, { name: 'worker' });
    await (await producer()).sendToQueue(tasks, numbered(1, 6));
    await premise(expect(worker).toReceive(numbered(1, 6)));

    worker.nack(await given(worker, '3'), { multiple: true, requeue: false });
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    await worker.cancel();
    worker.nack(0, { multiple: true, requeue: true });

    await expect(tasks).toHaveCounters({ ready: 3, unacknowledged: 0 });
    await expect(tasks).toReceive(['4', '5', '6'], { inAnyOrder: true, name: 'successor' });
  },
);

/** The delivery of a task that a consumer was given; those before it are passed over. */
async function given(worker: Consumer, task: string): ReturnType<Consumer['next']> {
  for (;;) {
    const delivery = await premise(worker.next());
    if (delivery.body === task) return delivery;
  }
}
