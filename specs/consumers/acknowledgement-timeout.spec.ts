import { channelError, claim, docs, expect, mutants, premise, table } from '#support';

claim(
  'consumers/acknowledgement-timeout-quorum',
  {
    says: 'A consumer of a quorum queue that holds a message for longer than its timeout is cancelled if its client can be told so, and its channel goes on; else its channel is closed with 406. In both cases the message goes to another consumer.',
    documented: [docs('quorum-queues#consumer-timeout'), docs('quorum-queues#how-it-works')],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'consumers/acknowledgement-timeout-quorum-channel',
    extensions: ['consumer_cancel_notify', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.consumerArgumentLost('x-consumer-timeout'),
      mutants.cancelNotificationsLost,
      mutants.cancelNotifyAssumed,
    ],
  },
  async ({ queue, consumer, producer, raw }) => {
    const [letters, parcels] = [await queue(quorum), await queue(quorum)];
    const told = await consumer(letters, { name: 'told', arguments: timeout });
    const silent = await raw({
      name: 'silent',
      startOk: { clientProperties: table({ product: 'says nothing of what it can do' }) },
    });
    await silent.send('basic.consume', { queue: parcels.name, arguments: table(timeout) });
    await premise(silent.expect('basic.consume-ok'));
    const sender = await producer();
    await sender.sendToQueue(letters, 'letter');
    await sender.sendToQueue(parcels, 'parcel');
    await premise(expect(told).toReceive(['letter']));
    await premise(silent.expect('basic.deliver'));

    await expect(async () => told.channel.cancelled, 'what was cancelled of told').toBecome([told.tag]);
    await expect(silent).toBeRefused(channelError(406, 'PRECONDITION_FAILED'));

    await expect(letters).toReceive(['letter'], { name: 'heir of letters' });
    await expect(parcels).toReceive(['parcel'], { name: 'heir of parcels' });
    expect(told.channel.open, 'whether the channel is open').toBe(true);
  },
);

claim(
  'consumers/acknowledgement-timeout-setting',
  {
    says: 'The timeout of a consumer of a quorum queue is that of its own argument, else that of an argument of its queue or of a policy; without any, it holds what it has.',
    documented: [
      docs('quorum-queues#consumer-timeout'),
      docs('quorum-queues#configuration-options'),
      docs('quorum-queues#consumer-argument-amqp-091'),
      docs('quorum-queues#queue-argument'),
      docs('quorum-queues#policy-key'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'consumers/acknowledgement-timeout-per-queue',
    extensions: ['quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.consumerArgumentLost('x-consumer-timeout'),
      mutants.queueArgumentLost('x-consumer-timeout'),
      mutants.policiesIgnored,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/16788',
        affected: { rabbitmq: '>=4.3.0 <4.3.3' },
        happened:
          'every subscription was answered with 541 when the broker was configured to have no timeout',
        seen: { not: 'A proxy can not configure the broker, whose setting is one for all specs.' },
      },
    ],
    needs: ['policies'],
  },
  async ({ uniqueName, queue, consumer, producer, policy }) => {
    const name = uniqueName('governed');
    await policy('queues', [name], { 'consumer-timeout': 500 });
    const [usual, governed] = [await queue(quorum), await queue({ name, ...quorum })];
    const argued = await queue({ arguments: { ...quorum.arguments, ...timeout } });
    const patient = await consumer(usual, { name: 'patient', prefetch: 1 });
    const byItself = await consumer(usual, { name: 'by itself', prefetch: 1, arguments: timeout });
    const byQueue = await consumer(argued, { name: 'by its queue', prefetch: 1 });
    const allowed = await consumer(argued, { name: 'allowed more', prefetch: 1, arguments: hours });
    const byPolicy = await consumer(governed, { name: 'by policy' });

    const sender = await producer({ confirms: true });
    await sender.sendToQueue(usual, ['one', 'two']);
    await sender.sendToQueue(argued, ['three', 'four']);
    await sender.sendToQueue(governed, 'five');
    for (const each of [patient, byItself, byQueue, allowed, byPolicy]) await premise(each.next());

    await expect(async () => byItself.channel.cancelled, 'what was cancelled of byItself').toBecome([
      byItself.tag,
    ]);
    await expect(async () => byQueue.channel.cancelled, 'what was cancelled of byQueue').toBecome([
      byQueue.tag,
    ]);
    await expect(async () => byPolicy.channel.cancelled, 'what was cancelled of byPolicy').toBecome([
      byPolicy.tag,
    ]);
    expect(patient.channel.cancelled, 'what was cancelled of patient').toEqual([]);
    expect(allowed.channel.cancelled, 'what was cancelled of allowed').toEqual([]);
  },
);

claim(
  'consumers/acknowledgement-timeout-per-queue',
  {
    says: 'An argument of a queue or a policy limits how long its consumers may take to acknowledge, beside the setting of the broker: the channel of who takes longer is closed with 406.',
    documented: [
      docs('consumers#acknowledgement-timeout'),
      docs('consumers#per-queue-configuration'),
      docs('consumers#per-queue-delivery-timeouts-using-a-policy'),
      docs('consumers#per-queue-delivery-timeouts-using-an-optional-queue-argument'),
    ],
    refutedBy: [mutants.queueArgumentLost('x-consumer-timeout'), mutants.policiesIgnored],
    needs: ['tick', 'policies'],
    // From 4.3 on classic queues have no such timeout, and quorum queues cancel the consumer
    appliesTo: { rabbitmq: '>=3.12 <4.3' },
  },
  async ({ uniqueName, queue, consumer, producer, policy }) => {
    const name = uniqueName('governed');
    await policy('queues', [name], { 'consumer-timeout': 1_000 });
    const [usual, governed] = [await queue(), await queue({ name })];
    const argued = await queue({ arguments: { 'x-consumer-timeout': 1_000 } });
    const patient = await consumer(usual, { name: 'patient' });
    const byQueue = await consumer(argued, { name: 'by its queue' });
    const byPolicy = await consumer(governed, { name: 'by policy' });

    const sender = await producer();
    for (const each of [usual, argued, governed]) await sender.sendToQueue(each, 'task');
    for (const each of [patient, byQueue, byPolicy]) await premise(each.next());

    await expect(byQueue.channel).toBeRefused(timedOut);
    await expect(byPolicy.channel).toBeRefused(timedOut);
    expect(patient.channel.open, 'whether the channel of patient is open').toBe(true);
  },
);

const timedOut = channelError(406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out');
const quorum = { arguments: { 'x-queue-type': 'quorum' } };
const timeout = { 'x-consumer-timeout': 500 };
const hours = { 'x-consumer-timeout': 3 * 60 * 60 * 1_000 };
