import { claim, docs, expect, mutants, numbered, premise, rule } from '#support';

claim(
  'length-limits/drop-head',
  {
    says: 'A queue with x-max-length holds so many messages that wait, and drops the oldest of them for each one more; one without has no such limit.',
    documented: [
      docs('maxlength#default-behaviour'),
      docs('maxlength#definition-using-x-args'),
      docs('quorum-queues#length-limit'),
    ],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentOff('x-max-length', 1),
      mutants.queueArgumentOff('x-max-length', -1),
      mutants.queueArgumentAssumed('x-max-length', 1),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha20---2021-01-11',
        affected: { lavinmq: '<1.0.0-alpha.20' },
        happened: 'a queue could become longer than x-max-length',
        seen: { by: mutants.queueArgumentLost('x-max-length') },
      },
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, producer }) => {
    const [bounded, growing] = [await queue({ arguments: { 'x-max-length': 3 } }), await queue()];

    for (const each of [bounded, growing])
      await (await producer({ confirms: true })).sendToQueue(each, numbered(1, 9));

    await expect(bounded).toHaveCounters({ ready: 3 });
    await expect(bounded).toReceive(['7', '8', '9'], { name: 'of the bounded' });
    await expect(growing).toReceive(numbered(1, 9), { name: 'of the growing' });
  },
);

claim(
  'length-limits/persistent-kept',
  {
    says: 'A queue that nobody has limited discards no persistent message for want of room: two hundred wait in it, and come in their order.',
    documented: [rule('basic/02')],
    refutedBy: [mutants.queueArgumentAssumed('x-max-length', 199), mutants.tenthsConfirmedAndLost],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const tasks = await queue();
    const all = numbered(1, 200);

    const sender = await producer({ confirms: true });
    await sender.sendToQueue(
      tasks,
      all.map((body) => ({ body, persistent: true })),
    );

    await expect(tasks).toReceive(all);
  },
);

claim(
  'length-limits/bytes',
  {
    says: 'A queue with x-max-length-bytes holds messages whose bodies have so many octets together, whatever properties they have, and drops the oldest for each one more.',
    documented: [docs('maxlength#overview'), docs('maxlength#definition-using-x-args')],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.queueArgumentLost('x-max-length-bytes'),
      mutants.queueArgumentOff('x-max-length-bytes', -1),
      mutants.queueArgumentOff('x-max-length-bytes', 100),
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const bounded = await queue({ arguments: { 'x-max-length-bytes': 30 } });
    const sender = await producer({ confirms: true });
    const tenOctets = (number: string) => ({
      body: number.padEnd(10, '.'),
      headers: { padding: 'x'.repeat(200) },
      messageId: number,
    });

    await sender.sendToQueue(bounded, numbered(1, 5).map(tenOctets));

    await expect(bounded).toReceive(['3', '4', '5'].map((number) => tenOctets(number).body));
  },
);

claim(
  'length-limits/both',
  {
    says: 'Of x-max-length and x-max-length-bytes in one queue, the limit that is reached first counts.',
    documented: [docs('maxlength#definition-using-x-args')],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.queueArgumentLostBeside('x-max-length', 'x-max-length-bytes'),
      mutants.queueArgumentLostBeside('x-max-length-bytes', 'x-max-length'),
    ],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const limits = { 'x-max-length': 3, 'x-max-length-bytes': 25_000 };
    const [ofSmall, ofLarge] = [await queue({ arguments: limits }), await queue({ arguments: limits })];
    const sender = await producer({ confirms: true });
    const large = (number: string) => number.padEnd(10_000, '.');

    await sender.sendToQueue(ofSmall, numbered(1, 4));
    await sender.sendToQueue(ofLarge, numbered(1, 4).map(large));

    await expect(ofSmall).toReceive(['2', '3', '4'], { name: 'of the small' });
    await expect(ofLarge).toReceive(['3', '4'].map(large), { name: 'of the large' });
  },
);

claim(
  'length-limits/unacked-excluded',
  {
    says: 'Messages that a consumer holds unacknowledged do not count towards the limit of their queue.',
    documented: [docs('maxlength#overview')],
    extensions: ['queue_length_limit'],
    refutedBy: [mutants.queueArgumentLost('x-max-length'), mutants.queueArgumentOff('x-max-length', -2)],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const bounded = await queue({ arguments: { 'x-max-length': 2 } });
    const worker = await consumer(bounded, { name: 'worker', prefetch: 2 });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(bounded, ['1', '2']);
    const [first, second] = [await premise(worker.next()), await premise(worker.next())];

    await sender.sendToQueue(bounded, ['3', '4', '5']);

    await expect(bounded).toHaveCounters({ ready: 2, unacknowledged: 2 });
    for (const held of [first, second]) worker.ack(held);
    await expect(worker).toReceive(['1', '2', '4', '5']);
  },
);

claim(
  'length-limits/requeue-over-limit',
  {
    says: 'When messages come back to a queue that is full meanwhile, it drops the oldest, those that came back, until it keeps to its limit.',
    documented: [docs('maxlength#default-behaviour'), docs('confirms#automatic-requeueing')],
    extensions: ['basic.nack', 'queue_length_limit'],
    refutedBy: [mutants.queueArgumentLost('x-max-length'), mutants.queueArgumentOff('x-max-length', 1)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10499',
        affected: { rabbitmq: '>=3.10.0 <4.0.0' },
        happened:
          'messages that were requeued to a quorum queue came last, so that others were dropped for them',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    tags: ['work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const bounded = await queue({ arguments: { 'x-max-length': 2 } });
    const sender = await producer({ confirms: true });
    // On one channel, so that the queue has dealt with what it gives back when it confirms what it publishes after it
    const worker = await consumer(bounded, { name: 'worker', on: sender.channel, prefetch: 2 });
    await sender.sendToQueue(bounded, ['1', '2']);
    await premise(expect(worker).toReceive(['1', '2']));
    await sender.sendToQueue(bounded, ['3', '4']);
    await worker.cancel();

    for (const delivery of worker.deliveries) worker.nack(delivery, { requeue: true });
    await sender.sendToQueue(bounded, '5');

    await expect(bounded).toReceive(['4', '5']);
  },
);

claim(
  'length-limits/policy-min',
  {
    says: 'Where a policy and the arguments of a queue limit its length, the smaller of both limits counts.',
    documented: [docs('maxlength#overview'), docs('queues#optional-arguments-precedence')],
    extensions: ['queue_length_limit'],
    refutedBy: [mutants.policiesIgnored, mutants.queueArgumentLost('x-max-length')],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-beta7---2022-11-21',
        affected: { lavinmq: '<1.0.0-beta.7' },
        happened: 'not the lower counted of the limits of a policy and of an argument',
        seen: { by: mutants.queueArgumentLost('x-max-length') },
      },
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ uniqueName, queue, producer, policy }) => {
    const [wider, narrower] = [uniqueName('wider'), uniqueName('narrower')];
    const sender = await producer({ confirms: true });

    // Set before there are queues: what it does to those that are there is a claim of its own
    await policy('queues', [wider, narrower], { 'max-length': 3 });
    const ofPolicy = await queue({ name: wider, arguments: { 'x-max-length': 4 } });
    const ofArgument = await queue({ name: narrower, arguments: { 'x-max-length': 2 } });
    for (const each of [ofPolicy, ofArgument]) await sender.sendToQueue(each, numbered(1, 4));

    await expect(ofPolicy).toReceive(['2', '3', '4'], { name: 'of the policy' });
    await expect(ofArgument).toReceive(['3', '4'], { name: 'of the argument' });
  },
);

claim(
  'length-limits/policy-change',
  {
    says: 'A policy that limits the length of a queue takes effect on one that is there already: the oldest of its messages are dropped until it keeps to the limit.',
    documented: [docs('maxlength#definition')],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      mutants.policiesNeverChanged,
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ queue, producer, policy }) => {
    const [bounded, other] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    for (const each of [bounded, other]) await sender.sendToQueue(each, numbered(1, 4));
    const ready = async () => (await bounded.counts()).ready;

    const limit = await policy('queues', [bounded], { 'max-length': 3 });
    await expect(ready, 'messages under a limit of 3').toBecome(3);
    await limit.set({ 'max-length': 2 });
    await expect(ready, 'messages under a limit of 2').toBecome(2);

    await expect(bounded).toReceive(['3', '4'], { name: 'of the bounded' });
    await expect(other).toReceive(numbered(1, 4), { name: 'of the other' });
  },
);

claim(
  'length-limits/policy-bytes',
  {
    says: 'A policy with max-length-bytes does to the queues that it matches what x-max-length-bytes does to one, and leaves others alone.',
    documented: [docs('maxlength#definition'), docs('policies')],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      mutants.queueArgumentAssumed('x-max-length-bytes', 1),
    ],
    tags: ['work queues'],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, producer, management }) => {
    const { policies } = management.in(await ownVirtualHost());
    const [bounded, other] = [await queue({ name: 'bounded' }), await queue({ name: 'other' })];
    const sender = await producer({ confirms: true });
    const large = numbered(1, 4).map((number) => number.padEnd(10_000, '.'));
    for (const each of [bounded, other]) await sender.sendToQueue(each, large);

    await policies.put('limit', {
      pattern: '^bounded$',
      definition: { 'max-length-bytes': 25_000 },
      'apply-to': 'queues',
    });

    const ready = async () => (await bounded.counts()).ready;
    await expect(ready, 'messages of 10,000 octets under a limit of 25,000').toBecome(2);
    await expect(bounded).toReceive(large.slice(2), { name: 'of the bounded' });
    await expect(other).toReceive(large, { name: 'of the other' });
  },
);
