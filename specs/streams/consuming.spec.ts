import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  notClassic,
  notQuorum,
  numbered,
  premise,
  releaseNotes,
} from '#support';

/** From the first message on. */
const fromTheFirst = { prefetch: 100, arguments: { 'x-stream-offset': 'first' } };

claim(
  'streams/nondestructive',
  {
    says: 'Reading takes nothing from a stream: all its consumers get all messages, those that are there and those that come, and so does who comes when they have been acknowledged.',
    documented: [docs('streams#overview'), docs('streams#use-cases'), docs('queues#1-use-a-stream')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.streamsReadOnce, mutants.deliveryLost(5)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1385',
        affected: { lavinmq: '<2.5.0' },
        happened: 'consumers of a stream did not get what had been written, as it was not flushed',
        seen: { not: 'It depends on a buffer inside the broker, which no proxy has.' },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1253',
        affected: { lavinmq: '<2.4.3' },
        happened: 'only one of several consumers of a stream got what was published to it from then on',
        seen: { by: mutants.streamsReadOnce },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const log = await queue();
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(log, numbered(1, 3));

    const one = await consumer(log, { name: 'one', ...fromTheFirst, work: 0 });
    const two = await consumer(log, { name: 'two', ...fromTheFirst, work: 0 });
    await sender.sendToQueue(log, numbered(4, 5));

    await expect(one).toReceive(numbered(1, 5));
    await expect(two).toReceive(numbered(1, 5));
    await one.channel.connection.close();
    const late = await consumer(log, { name: 'late', ...fromTheFirst });
    await expect(late).toReceive(numbered(1, 5));
    const again = await consumer(log, { name: 'again', on: two.channel, ...fromTheFirst });
    await expect(again).toReceive(numbered(1, 5));
  },
);

claim(
  'streams/consume-needs-prefetch',
  {
    says: 'A consumer of a stream has a prefetch: without one, basic.consume is a channel error 406.',
    documented: [docs('streams#other-stream-operations'), docs('streams#consuming')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.prefetchAssumed,
      mutants.errorCodeChanged(406, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
  },
  async ({ queue, client }) => {
    const log = await queue();
    const reader = await client({ name: 'reader' });
    const [never, set] = [await reader.channel(), await reader.channel()];
    await set.qos(1);

    const refused = channelError(406, 'PRECONDITION_FAILED', 'basic.consume');
    await expect(never.consume(log.name)).toBeRefused(refused);
    await expect(set.consume(log.name)).toBeAccepted();
  },
);

claim(
  'streams/consume-needs-acks',
  {
    says: 'Streams are consumed with acknowledgements: basic.consume with no-ack is refused with 540, which ends the connection.',
    documented: [docs('streams#feature-comparison'), docs('streams#other-stream-operations')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.automaticAckTakenForManual,
      mutants.errorCodeChanged(540, 406),
      mutants.connectionErrorsBlamedOnChannels,
    ],
  },
  async ({ queue, client }) => {
    const log = await queue();
    const reader = await (await client({ name: 'reader' })).channel();
    await reader.qos(10);

    const consuming = reader.consume(log.name, { noAck: true });

    await expect(consuming).toBeRefused(connectionError(540, 'NOT_IMPLEMENTED - automatic acknowledgement'));
  },
);

claim(
  'streams/prefetch',
  {
    says: 'A consumer of a stream has no more messages unacknowledged than its prefetch allows, also of many that were written at once.',
    documented: [docs('streams#other-stream-operations'), docs('consumer-prefetch#overview')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.prefetchOffByOne],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/9022',
        affected: { rabbitmq: '>=3.9.0 <4.0.0' },
        happened: 'a consumer got all messages that were written at once, whatever its prefetch',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const log = await queue();
    // Which of those that are sent at once are written at once is the broker's affair
    for (let first = 1; first <= 91; first += 9) {
      const sender = await producer({ confirms: true });
      await sender.sendToQueue(log, numbered(first, first + 8));
    }

    const reader = await consumer(log, { name: 'reader', ...fromTheFirst, prefetch: 1 });

    for (let count = 1; count <= 99; count += 1) {
      await expect(reader).toReceive(numbered(1, count));
      reader.ack(reader.deliveries.at(-1) ?? 0);
    }
  },
);

claim(
  'streams/global-qos',
  {
    says: 'Up to 4.2, consuming from a stream on a channel with a global prefetch is refused with 540, which ends the connection; with a prefetch for each consumer alone it is not refused.',
    documented: [docs('streams#global-qos')],
    extensions: ['per_consumer_qos'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9 <4.3' },
    refutedBy: [
      mutants.globalPrefetchMadePerConsumer,
      mutants.errorCodeChanged(540, 541),
      mutants.connectionErrorsBlamedOnChannels,
    ],
  },
  async ({ queue, client }) => {
    const log = await queue();
    const connection = await client({ name: 'reader' });
    const [own, shared] = [await connection.channel(), await connection.channel()];
    for (const channel of [own, shared]) await channel.qos(10);
    await shared.qos(10, { global: true });

    await expect(own.consume(log.name)).toBeAccepted();
    await expect(shared.consume(log.name)).toBeRefused(
      connectionError(540, /NOT_IMPLEMENTED - .*does not support global qos/),
    );
  },
);

claim(
  'streams/ack-is-credit',
  {
    says: 'Each message of a stream that a consumer acknowledges, in any order, or with others at once, makes room for the next.',
    documented: [docs('streams#other-stream-operations')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.acksIgnored, mutants.multipleIgnored, mutants.multipleAlways],
  },
  async ({ queue, consumer, producer }) => {
    const log = await queue();
    const sender = await producer({ confirms: true });
    // One by one: what was written at once, some versions deliver at once
    for (const each of numbered(1, 9)) await sender.sendToQueue(log, each);
    const reader = await consumer(log, { name: 'reader', ...fromTheFirst, prefetch: 3 });
    await premise(expect(reader).toReceive(numbered(1, 3)));
    const [, second, third] = reader.deliveries;

    reader.ack(third ?? 0);
    await expect(reader).toReceive(numbered(1, 4));
    reader.ack(second ?? 0, { multiple: true });

    await expect(reader).toReceive(numbered(1, 6));
  },
);

claim(
  'streams/reject-is-credit',
  {
    says: 'From 3.13 on, to reject a message of a stream, with or without requeue, by basic.reject or basic.nack, is as much as to acknowledge it: it makes room for the next, and the message comes to that consumer no more.',
    documented: [releaseNotes('3.13.0'), docs('streams#feature-comparison')],
    extensions: ['basic.nack'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.13' },
    refutedBy: [mutants.rejectedFromStreamsAgain, mutants.rejectsIgnored, mutants.nacksIgnored],
  },
  async ({ queue, consumer, producer }) => {
    const log = await queue();
    await (await producer({ confirms: true })).sendToQueue(log, numbered(1, 5));
    const reader = await consumer(log, { name: 'reader', ...fromTheFirst, prefetch: 1 });

    for (const [index, requeue] of [true, true, false, false].entries()) {
      const delivery = await premise(reader.next());
      if (index % 2 === 0) reader.reject(delivery, { requeue });
      else reader.nack(delivery, { requeue });
      await expect(reader).toReceive(numbered(1, index + 2));
    }
  },
);

claim(
  'streams/get-540',
  {
    says: 'Nothing is taken from a stream by basic.get: that is refused with 540, which ends the connection.',
    documented: [docs('streams#feature-comparison'), docs('streams#other-stream-operations')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.getFromStreamsTakenForEmpty,
      mutants.errorCodeChanged(540, 404),
      mutants.connectionErrorsBlamedOnChannels,
    ],
  },
  async ({ queue, client }) => {
    const log = await queue();

    const got = (await (await client({ name: 'poller' })).channel()).get(log.name);

    await expect(got).toBeRefused(connectionError(540, 'NOT_IMPLEMENTED - basic.get'));
  },
);

claim(
  'streams/purge-540',
  {
    says: 'A stream is not purged: that is refused with 540, which ends the connection, and all messages stay.',
    documented: [docs('streams#feature-comparison'), docs('streams#other-stream-operations')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.purgesIgnored,
      mutants.errorCodeChanged(540, 404),
      mutants.connectionErrorsBlamedOnChannels,
    ],
  },
  async ({ queue, client, producer }) => {
    const log = await queue();
    await (await producer({ confirms: true })).sendToQueue(log, numbered(1, 3));

    const purged = (await (await client({ name: 'janitor' })).channel()).purgeQueue(log.name);

    await expect(purged).toBeRefused(connectionError(540, 'NOT_IMPLEMENTED - queue.purge'));
    await expect(log).toReceive(numbered(1, 3));
  },
);

claim(
  'streams/no-consumer-priority',
  {
    says: 'Consumers of a stream have no priorities: basic.consume with x-priority is a channel error 406.',
    documented: [docs('streams#feature-matrix')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.10' },
    refutedBy: [mutants.consumerArgumentLost('x-priority'), mutants.errorCodeChanged(406, 405)],
  },
  async ({ queue, client }) => {
    const log = await queue();
    const reader = await (await client({ name: 'reader' })).channel();
    await reader.qos(10);

    const consuming = reader.consume(log.name, {
      arguments: { 'x-stream-offset': 'first', 'x-priority': 5 },
    });

    await expect(consuming).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - invalid arg 'x-priority'`, 'basic.consume'),
    );
  },
);

claim(
  'streams/cancelled-when-deleted',
  {
    says: 'When a stream is deleted, each of its consumers is told by a basic.cancel with its tag; its channel goes on.',
    documented: [docs('consumer-cancel#overview'), docs('streams#other-stream-operations')],
    extensions: ['consumer_cancel_notify'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.cancelNotificationsLost, mutants.cancelNotificationLost(2)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/4192',
        affected: { rabbitmq: '>=3.9.0 <3.9.14' },
        happened: 'the consumers of a stream were not told that it was deleted',
        seen: { by: mutants.cancelNotificationsLost },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const [doomed, spared] = [await queue(), await queue()];
    const one = await consumer(doomed, { name: 'one', ...fromTheFirst });
    const two = await consumer(doomed, { name: 'two', ...fromTheFirst });

    await doomed.delete();

    for (const each of [one, two])
      await expect(async () => each.channel.cancelled, 'what was cancelled').toBecome([each.tag]);
    await (await producer({ confirms: true })).sendToQueue(spared, 'still here');
    const next = await consumer(spared, { name: 'next', on: one.channel, ...fromTheFirst });
    await expect(next).toReceive(['still here']);
  },
);
