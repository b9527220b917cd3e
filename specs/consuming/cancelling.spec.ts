import { claim, docs, expect, mutants, numbered, premise } from '#support';

claim(
  'consuming/cancel-stops',
  {
    says: 'After cancel-ok nothing more is delivered to the consumer: what comes later is for others.',
    documented: [docs('consumers#unsubscribing')],
    refutedBy: [mutants.cancellationsIgnored],
    regressions: [
      {
        report: 'https://github.com/amqp-node/amqplib/issues/641',
        affected: { rabbitmq: '<3.10.0' },
        happened: 'deliveries from a quorum queue could still come after cancel-ok',
        seen: {
          not: 'A delivery and the cancellation have to cross inside the broker, which a story can not arrange each time.',
        },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const leaver = await consumer(tasks, { name: 'leaver', noAck: true });
    const sender = await producer();
    await sender.sendToQueue(tasks, 'before');
    await premise(expect(leaver).toReceive(['before']));

    await leaver.cancel();

    await sender.sendToQueue(tasks, numbered(1, 3));
    await expect(tasks).toReceive(numbered(1, 3), { name: 'successor' });
    await expect(leaver).toReceive(['before']);
  },
);

claim(
  'consuming/cancel-unknown-tag',
  {
    says: 'Cancelling a consumer tag that nobody has is no error: it is answered with cancel-ok as usual, and disturbs no other consumer.',
    documented: [docs('consumer-cancel#overview')],
    extensions: ['consumer_cancel_notify'],
    refutedBy: [mutants.unknownCancellationsRefused],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const stayer = await consumer(tasks, { name: 'stayer' });

    const unknown = stayer.channel.cancel('nobody');

    await expect(unknown).toBeAccepted();
    await (await producer()).sendToQueue(tasks, 'afterwards');
    await expect(stayer).toReceive(['afterwards']);
  },
);

claim(
  'consuming/no-requeue-on-cancel',
  {
    says: 'Cancelling a consumer changes nothing for what it was given before: it stays unacknowledged, can still be acknowledged, and goes back to the queue only when the channel closes.',
    documented: [docs('consumers#unsubscribing')],
    refutedBy: [
      mutants.cancelledDeliveriesRequeued,
      mutants.cancelledDeliveriesForgotten,
      mutants.cancellationsBreakDown,
      mutants.acksAfterCancelBreakDown,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/3729',
        affected: { rabbitmq: '>=3.9.0 <3.9.11' },
        happened:
          'the connection was closed with 541 when a consumer of a quorum queue was cancelled to which messages were under way',
        seen: { by: mutants.cancellationsBreakDown },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.2.txt',
        affected: { rabbitmq: '>=3.1.0 <3.1.2' },
        happened:
          'a channel could break down when something was acknowledged while its consumer, which had a prefetch, was cancelled',
        seen: { by: mutants.acksAfterCancelBreakDown },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/89',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'what a consumer had not acknowledged was requeued when it was cancelled',
        seen: { by: mutants.cancelledDeliveriesRequeued },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'what a cancelled consumer held was not requeued correctly when its channel was closed',
        seen: { by: mutants.cancelledDeliveriesForgotten },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const leaver = await consumer(tasks, { name: 'leaver', prefetch: 5 });
    await (await producer()).sendToQueue(tasks, numbered(1, 3));
    await premise(expect(leaver).toReceive(numbered(1, 3)));

    await expect(leaver.cancel()).toBeAccepted();

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 3 });
    leaver.ack(await leaver.next());
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 2 });
    await leaver.channel.close();
    await expect(tasks).toHaveCounters({ ready: 2, unacknowledged: 0 });
    await expect(tasks).toReceive(['2', '3'], { inAnyOrder: true, name: 'successor' });
  },
);

claim(
  'consuming/durable-across-reconnect',
  {
    says: 'A consumer does not survive its channel: the queue has no consumer then and keeps what comes, and a new subscription gets what is left.',
    documented: [docs('consumers#consumer-lifecycle'), docs('consumers#connection-recovery')],
    refutedBy: [
      mutants.consumersOutliveTheirChannel,
      mutants.consumerCountWrong,
      mutants.goneConsumersCounted,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/2421',
        affected: { rabbitmq: '<3.8.10' },
        happened:
          'the management API went on to count the consumers of a quorum queue that had been cancelled or had failed',
        seen: { by: mutants.goneConsumersCounted },
      },
    ],
    needs: ['management'],
  },
  async ({ queue, openChannel, consumer, producer, management, virtualHost }) => {
    const tasks = await queue();
    const before = await consumer(tasks, { on: await openChannel(), name: 'before', noAck: true });
    const sender = await producer();
    await sender.sendToQueue(tasks, ['1', '2']);
    await premise(expect(before).toReceive(['1', '2']));
    const { queues } = management.in(await virtualHost());
    const consumersTold = async () => (await queues.get(tasks.name)).consumers;
    await premise(expect(consumersTold, 'consumers, as the management API tells').toBecome(1));

    await before.channel.close();
    await sender.sendToQueue(tasks, ['3', '4']);

    await expect(tasks).toHaveCounters({ ready: 2, consumers: 0 });
    await expect(consumersTold, 'consumers, as the management API tells').toBecome(0);
    const after = await consumer(tasks, { on: await openChannel(), name: 'after' });
    await expect(after).toReceive(['3', '4']);
  },
);
