import { claim, docs, expect, mutants, numbered, rule } from '#support';

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
    await expect(worker).toReceive(numbered(1, 8));

    worker.ack(4, { multiple: true });
    await expect(tasks).toHaveCounters({ unacknowledged: 4 });
    worker.ack(7);
    await expect(tasks).toHaveCounters({ unacknowledged: 3 });
    await worker.channel.close();

    await expect(tasks).toReceive(['5', '6', '8'], { name: 'successor' });
  },
);

claim(
  'consuming/ack-zero-multiple',
  {
    says: 'Delivery tag 0 with multiple acknowledges everything that is outstanding on the channel, and nothing on another.',
    documented: [rule('delivery-tag/non-zero')],
    refutedBy: [mutants.zeroTagTakenForNone],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const done = await consumer(tasks, { name: 'done' });
    const pending = await consumer(tasks, { name: 'pending' });
    const sender = await producer();
    await sender.sendToQueue(tasks, numbered(1, 6));
    await expect(done).toReceive(['1', '3', '5']);
    await expect(pending).toReceive(['2', '4', '6']);

    done.ack(0, { multiple: true });

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    await done.channel.close();
    await pending.channel.close();
    await expect(tasks).toReceive(['2', '4', '6'], { name: 'successor' });
  },
);

claim(
  'consuming/nack-multiple',
  {
    says: 'basic.nack with multiple rejects everything on the channel up to and including its tag, and with tag 0 everything that is outstanding.',
    documented: [docs('nack#usage'), rule('delivery-tag/non-zero')],
    extensions: ['basic.nack'],
    refutedBy: [mutants.multipleIgnored, mutants.zeroTagTakenForNone, mutants.nacksIgnored],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks, { name: 'worker' });
    await (await producer()).sendToQueue(tasks, numbered(1, 6));
    await expect(worker).toReceive(numbered(1, 6));
    await worker.cancel();

    worker.nack(3, { multiple: true, requeue: false });
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    worker.nack(0, { multiple: true, requeue: true });

    await expect(tasks).toHaveCounters({ ready: 3, unacknowledged: 0 });
    await expect(tasks).toReceive(['4', '5', '6'], { name: 'successor' });
  },
);
