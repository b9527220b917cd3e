import { claim, docs, expect, mutants, numbered } from '#support';

claim(
  'consuming/reject-discard',
  {
    says: 'A message that is rejected without requeue, by basic.reject or basic.nack, is gone where the queue has no dead letter exchange.',
    documented: [docs('confirms#consumer-nacks-requeue'), docs('specification#method-status-basic.reject')],
    extensions: ['basic.nack'],
    refutedBy: [mutants.rejectedAlwaysRequeued, mutants.rejectsIgnored, mutants.nacksIgnored],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky' });
    await (await producer()).sendToQueue(tasks, ['rejected', 'nacked', 'kept']);

    picky.reject(await picky.next(), { requeue: false });
    picky.nack(await picky.next(), { requeue: false });

    await expect(picky).toReceive(['rejected', 'nacked', 'kept']);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
    await picky.channel.close();
    await expect(tasks).toReceive(['kept'], { name: 'successor' });
  },
);

claim(
  'consuming/redelivered-flag',
  {
    says: 'The first delivery of a message is not marked as redelivered and each further one is, also when it is for another consumer, or for basic.get.',
    documented: [docs('confirms#automatic-requeueing')],
    refutedBy: [mutants.redeliveredNeverSet, mutants.redeliveredAlwaysSet],
    tags: ['tutorial two'],
  },
  async ({ queue, client, consumer, producer }) => {
    const tasks = await queue();
    const first = await consumer(tasks, { name: 'first', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, ['known', 'new']);
    await expect(first).toReceive([{ body: 'known', redelivered: false }]);

    await first.channel.close();
    const second = await (await client({ name: 'second' })).channel();
    const got = await second.get(tasks.name);
    await second.close();
    await expect(async () => (await tasks.counts()).ready).toBecome(2);

    expect(got).toMatchObject({ body: 'known', redelivered: true });
    await expect(tasks).toReceive(
      [
        { body: 'known', redelivered: true },
        { body: 'new', redelivered: false },
      ],
      { name: 'third' },
    );
  },
);

claim(
  'consuming/requeue-position',
  {
    says: 'A requeued message goes back to the place in the queue that it had, whatever the order in which messages are requeued.',
    documented: [docs('confirms#consumer-nacks-requeue'), docs('nack#usage')],
    refutedBy: [mutants.requeuedAtTheEnd, mutants.deliveriesSwapped],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky', prefetch: 3 });
    await (await producer()).sendToQueue(tasks, numbered(1, 5));
    await expect(picky).toReceive(['1', '2', '3']);
    await picky.cancel();

    picky.ack(2);
    picky.reject(3, { requeue: true });
    picky.nack(1, { requeue: true });
    await picky.channel.close();

    await expect(tasks).toReceive(['1', '3', '4', '5'], { name: 'successor' });
  },
);

claim(
  'consuming/requeue-loop',
  {
    says: 'A lone consumer that always requeues gets the same message again and again, and nothing behind it.',
    documented: [docs('confirms#consumer-nacks-requeue')],
    extensions: ['basic.nack'],
    refutedBy: [mutants.requeueIgnored, mutants.redeliveriesLost],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const helpless = await consumer(tasks, { name: 'helpless', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, ['first', 'second']);

    for (let times = 0; times < 10; times += 1) helpless.nack(await helpless.next(), { requeue: true });

    await expect(helpless).toReceive(Array.from({ length: 11 }, () => 'first'));
  },
);
