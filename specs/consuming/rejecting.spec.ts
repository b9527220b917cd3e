import { claim, docs, expect, mutants, notQuorum, numbered, premise, rule } from '#support';

claim(
  'consuming/reject-discard',
  {
    says: 'A message that is rejected without requeue, by basic.reject or basic.nack, is gone where the queue has no dead letter exchange.',
    documented: [docs('confirms#consumer-nacks-requeue'), docs('specification#method-status-basic.reject')],
    extensions: ['basic.nack'],
    refutedBy: [
      mutants.rejectedAlwaysRequeued,
      mutants.rejectsIgnored,
      mutants.nacksIgnored,
      mutants.rejectionsAfterCancelIgnored,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/12442',
        affected: { rabbitmq: '>=4.0.0 <4.0.3' },
        happened:
          'a quorum queue ignored the rejection of what a consumer had got that was cancelled meanwhile, and kept it unacknowledged',
        seen: { by: mutants.rejectionsAfterCancelIgnored },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky' });
    const sender = await producer();
    await sender.sendToQueue(tasks, ['rejected', 'nacked', 'rejected late', 'nacked late']);
    const [rejected, nacked] = [await premise(picky.next()), await premise(picky.next())];
    const [rejectedLate, nackedLate] = [await premise(picky.next()), await premise(picky.next())];

    picky.reject(rejected, { requeue: false });
    picky.nack(nacked, { requeue: false });
    await picky.cancel();
    picky.reject(rejectedLate, { requeue: false });
    picky.nack(nackedLate, { requeue: false });

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await picky.channel.close();
    await sender.sendToQueue(tasks, 'afterwards');
    await expect(tasks).toReceive(['afterwards'], { name: 'successor' });
  },
);

claim(
  'consuming/redelivered-flag',
  {
    says: 'The first delivery of a message is not marked as redelivered and each further one is, also when it is for another consumer, or for basic.get.',
    documented: [
      docs('confirms#automatic-requeueing'),
      rule('redelivered/implementation'),
      docs('consumers#message-properties'),
      docs('queues#when-messages-can-be-reordered'),
    ],
    refutedBy: [mutants.redeliveredNeverSet, mutants.redeliveredAlwaysSet],
    tags: ['tutorial two'],
  },
  async ({ queue, client, consumer, producer }) => {
    const tasks = await queue();
    const ready = async () => (await tasks.counts()).ready;
    const sender = await producer({ confirms: true });
    const first = await consumer(tasks, { name: 'first' });
    await sender.sendToQueue(tasks, 'known');
    expect(await premise(first.next()), 'the first delivery').toMatchObject({ redelivered: false });

    await first.channel.close();
    await premise(expect(ready, 'messages that are ready').toBecome(1));
    const second = await (await client({ name: 'second' })).channel();
    const got = await second.get(tasks.name);
    await premise(() => expect(got?.body).toBe('known'));
    expect(got, 'the second delivery').toMatchObject({ redelivered: true });
    await second.close();
    await premise(expect(ready, 'messages that are ready').toBecome(1));
    await sender.sendToQueue(tasks, 'new');

    await expect(tasks).toReceive(
      [
        { body: 'known', redelivered: true },
        { body: 'new', redelivered: false },
      ],
      { inAnyOrder: true, name: 'third' },
    );
  },
);

claim(
  'consuming/requeue-position',
  {
    says: 'A requeued message goes back to the place in the queue that it had, whatever the order in which messages are requeued.',
    documented: [docs('confirms#consumer-nacks-requeue'), docs('nack#usage'), docs('semantics#ordering')],
    queueTypes: { quorum: notQuorum.returnedInTheirPlaces },
    refutedBy: [mutants.requeuedAtTheEnd, mutants.requeuedInReverse, mutants.requeueIgnored],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha17---2020-11-20',
        affected: { lavinmq: '<1.0.0-alpha.17' },
        happened: 'requeued messages did not always go back to their places',
        seen: { by: mutants.requeuedAtTheEnd },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.7.0.txt',
        affected: { rabbitmq: '<2.7.0' },
        happened: 'requeued messages lost their places',
        seen: { by: mutants.requeuedAtTheEnd },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky', prefetch: 3 });
    await (await producer()).sendToQueue(tasks, numbered(1, 5));
    await premise(expect(picky).toReceive(['1', '2', '3']));
    const [one, two, three] = [await picky.next(), await picky.next(), await picky.next()];
    await picky.cancel();

    for (const task of [two, one, three]) picky.reject(task, { requeue: true });
    await picky.channel.close();

    await expect(tasks).toReceive(['1', '2', '3', '4', '5'], { name: 'successor' });
  },
);

claim(
  'consuming/reject-other-channel',
  {
    says: 'What a client rejects with requeue is not delivered to it again on the same channel: it gets what comes next.',
    documented: [rule('basic/reject/requeue/01')],
    refutedBy: [mutants.requeueIgnored],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const picky = await consumer(tasks, { name: 'picky', prefetch: 1 });
    const sender = await producer();
    await sender.sendToQueue(tasks, 'rejected');

    picky.reject(await premise(picky.next()), { requeue: true });
    await sender.sendToQueue(tasks, 'next');
    const next = await picky.next();
    expect(next.body, 'what came next').toBe('next');
    picky.ack(next);
    await sender.sendToQueue(tasks, 'last');

    await expect(picky).toReceive(['rejected', 'next', 'last']);
  },
);

claim(
  'consuming/requeue-loop',
  {
    says: 'A lone consumer with prefetch 1 that always requeues gets the same message again and again, and nothing behind it.',
    documented: [docs('confirms#consumer-nacks-requeue')],
    extensions: ['basic.nack'],
    refutedBy: [mutants.requeueIgnored, mutants.redeliveriesLost, mutants.nacksIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10499',
        affected: { rabbitmq: '>=3.10.0 <4.0.0' },
        happened: 'what was requeued to a quorum queue came after all that waited there',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const helpless = await consumer(tasks, { name: 'helpless', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, ['first', 'second']);
    await premise(expect(helpless).toReceive(['first']));

    for (let times = 0; times < 10; times += 1) helpless.nack(await helpless.next(), { requeue: true });

    await expect(helpless).toReceive(Array.from({ length: 11 }, () => 'first'));
  },
);
