import {
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  notQuorum,
  numbered,
  premise,
  releaseNotes,
  type Stage,
} from '#support';

type Queue = Awaited<ReturnType<Stage['queue']>>;
type Producer = Awaited<ReturnType<Stage['producer']>>;

/** The strategy, and what it takes beside a dead letter exchange. */
const atLeastOnce = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };

claim(
  'dead-lettering/at-least-once',
  {
    says: 'A quorum queue with the dead letter strategy at-least-once and the overflow reject-publish keeps a dead letter that no queue gets, since its exchange is missing, until a policy names an exchange that routes it.',
    documented: [docs('quorum-queues#dead-lettering'), docs('quorum-queues#caveats')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-dead-letter-strategy'), mutants.queueArgumentLost('x-overflow')],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/8799',
        affected: { rabbitmq: '<3.11.20 || >=3.12.0 <3.12.2' },
        happened: 'a quorum queue held on to what it had dead-lettered at least once',
        seen: { not: 'No client sees what the broker holds in its memory.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/16652',
        affected: { rabbitmq: '<4.3.3' },
        happened: 'after members of the queue had changed several times, no dead letter left it any more',
        seen: { not: 'It takes a cluster in which members of the queue change.' },
      },
    ],
    tags: ['work queues'],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { arrived } = await exchangeThatWasMissing(stage, atLeastOnce);

    const kept = async () => arrived().includes('while it was missing');
    await expect(kept, 'whether what was rejected while the exchange was missing arrives').toBecome(true);
  },
);

claim(
  'dead-lettering/at-least-once-fallback',
  {
    says: 'With the overflow that queues have by default, drop-head, a quorum queue dead-letters at most once whatever its strategy: a dead letter that no queue gets is gone.',
    documented: [docs('quorum-queues#limitations'), docs('dlx#re-publishing-with-publisher-confirms')],
    extensions: ['dead_letter_exchanges', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.queueArgumentAssumed('x-overflow', 'reject-publish')],
    tags: ['work queues'],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { arrived } = await exchangeThatWasMissing(stage, { 'x-dead-letter-strategy': 'at-least-once' });

    expect([...new Set(arrived())], 'what arrives').toEqual(['when it is there']);
  },
);

claim(
  'dead-lettering/at-most-once-default',
  {
    says: 'Without a strategy, a quorum queue dead-letters at most once, also where it rejects what it has no room for: a dead letter that no queue gets is gone.',
    documented: [docs('quorum-queues#dead-lettering'), docs('dlx#re-publishing-with-publisher-confirms')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.queueArgumentAssumed('x-dead-letter-strategy', 'at-least-once')],
    tags: ['work queues'],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { arrived } = await exchangeThatWasMissing(stage, { 'x-overflow': 'reject-publish' });

    expect([...new Set(arrived())], 'what arrives').toEqual(['when it is there']);
  },
);

claim(
  'dead-lettering/at-least-once-limit',
  {
    says: 'What a quorum queue dead-letters at least once counts towards its limit until all its targets have confirmed it: a queue full of dead letters rejects what is published, whether the exchange is missing, no queue is bound to it, or one of several targets is full itself.',
    documented: [docs('quorum-queues#caveats')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-strategy'),
      mutants.queueArgumentLost('x-max-length'),
      mutants.nacksTakenForAcks,
    ],
    tags: ['work queues'],
  },
  async (stage) => {
    const { exchange, queue, uniqueName } = stage;
    const [unbound, several] = [await exchange('fanout'), await exchange('fanout')];
    const room = await queue({ type: 'classic' });
    const full = await queue({
      type: 'classic',
      arguments: { 'x-max-length': 0, 'x-overflow': 'reject-publish' },
    });
    for (const target of [room, full]) await target.bindTo(several);

    for (const letters of [uniqueName('missing'), unbound.name, several.name])
      expect(await lastOfAsManyMore(stage, letters), `the last confirm, letters to ${letters}`).toBe('nack');
  },
);

claim(
  'dead-lettering/at-least-once-confirmed',
  {
    says: 'What a quorum queue dead-letters at least once arrives, and leaves it when its target has confirmed it: a queue that was full of dead letters has room again.',
    documented: [docs('quorum-queues#dead-lettering'), docs('quorum-queues#caveats')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.queueArgumentLost('x-dead-letter-exchange'), mutants.acksTakenForNacks],
    tags: ['work queues'],
  },
  async (stage) => {
    const { exchange, queue } = stage;
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const { tasks, sender } = await fullOfDeadLetters(stage, letters.name);
    await expect(dead).toReceive(numbered(1, 5), { inAnyOrder: true });

    await expect(oneMore(sender, tasks), 'the confirm of one more').toBecome('ack');
  },
);

claim(
  'dead-lettering/at-least-once-purge',
  {
    says: 'A purge takes from a quorum queue what it dead-letters at least once and nobody has confirmed: it has room again.',
    documented: [releaseNotes('4.3.0')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [mutants.purgesIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/13885',
        affected: { rabbitmq: '>=3.10.0 <4.3.0' },
        happened: 'a purge left what was dead-lettered at least once, and nobody had confirmed',
        seen: { by: mutants.purgesIgnored },
      },
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async (stage) => {
    const { tasks, sender } = await fullOfDeadLetters(stage, stage.uniqueName('missing'));
    await premise(expect(oneMore(sender, tasks), 'the confirm of one more').toBecome('nack'));

    await tasks.purge();

    await expect(oneMore(sender, tasks), 'the confirm of one more').toBecome('ack');
  },
);

claim(
  'dead-lettering/delivery-mode',
  {
    says: 'What a quorum queue dead-letters at least once keeps the delivery mode with which it was published, although the queue itself keeps everything durably.',
    documented: [docs('quorum-queues#caveats')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.atLeastOnce, quorum: notQuorum.atLeastOnceBefore3_10 },
    refutedBy: [
      mutants.propertyLost('delivery-mode'),
      mutants.deadLettersStripped,
      mutants.transientMessagesKept,
      mutants.persistenceForgotten,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const undertaker = await consumer(dead, { name: 'undertaker' });
    const tasks = await queue({ arguments: { ...atLeastOnce, 'x-dead-letter-exchange': letters.name } });
    const worker = await consumer(tasks, { name: 'worker' });
    await (
      await producer()
    ).sendToQueue(tasks, [
      { body: 'persistent', persistent: true },
      { body: 'transient', persistent: false },
    ]);
    await premise(expect(worker).toReceive(['persistent', 'transient']));

    for (const delivery of worker.deliveries) worker.reject(delivery, { requeue: false });
    await premise(expect(undertaker).toReceive(['persistent', 'transient'], { inAnyOrder: true }));

    await expect(undertaker).toReceive(
      [
        { body: 'persistent', properties: { deliveryMode: 2 } },
        { body: 'transient', properties: { deliveryMode: 1 } },
      ],
      { inAnyOrder: true },
    );
  },
);

/**
 * A message is rejected while the dead letter exchange of its queue is missing; then a policy names another exchange, and
 * further ones are rejected until one of those arrives.
 */
async function exchangeThatWasMissing(stage: Stage, args: Record<string, unknown>) {
  const { ownVirtualHost, exchange, queue, consumer, producer, management } = stage;
  const { policies } = management.in(await ownVirtualHost());
  const [letters, dead] = [await exchange('fanout'), await queue()];
  await dead.bindTo(letters);
  const undertaker = await consumer(dead, { name: 'undertaker', noAck: true });
  const arrived = () => undertaker.deliveries.map(({ body }) => body);
  const deadLetteringTo = async (name: string) =>
    await policies.put('letters', {
      pattern: '^tasks$',
      definition: { 'dead-letter-exchange': name },
      'apply-to': 'queues',
    });
  await deadLetteringTo('missing');
  const tasks = await queue({ name: 'tasks', arguments: args });
  const sender = await producer({ confirms: true });
  // On one channel, so that the queue has dealt with a rejection when it confirms what is published after it
  const worker = await consumer(tasks, { name: 'worker', on: sender.channel });
  const rejected = async (task: string) => {
    await sender.sendToQueue(tasks, task);
    worker.reject(await premise(worker.next()), { requeue: false });
  };

  await rejected('while it was missing');
  await sender.sendToQueue(tasks, 'when it is there');
  await deadLetteringTo(letters.name);
  worker.reject(await premise(worker.next()), { requeue: false });
  const routed = async () => {
    await rejected('when it is there');
    return arrived().includes('when it is there');
  };
  await premise(expect(routed, 'whether a dead letter arrives that can be routed').toBecome(true));
  return { arrived };
}

/** A queue with a limit of five, of which five messages were dead-lettered. */
async function fullOfDeadLetters({ queue, consumer, producer }: Stage, letters: string) {
  const tasks = await queue({
    arguments: { ...atLeastOnce, 'x-dead-letter-exchange': letters, 'x-max-length': 5 },
  });
  const sender = await producer({ confirms: true });
  const worker = await consumer(tasks, { name: 'worker', prefetch: 1 });
  for (const task of numbered(1, 5)) await sender.sendToQueue(tasks, task);
  for (let dead = 1; dead <= 4; dead += 1) worker.reject(await premise(worker.next()), { requeue: false });
  const fifth = await premise(worker.next());
  await sender.sendToQueue(tasks, '6');
  worker.reject(fifth, { requeue: false });
  // The queue gives what is next when it has dealt with the rejection
  await premise(worker.next());
  await worker.cancel();
  return { tasks, sender };
}

/** How the last of six further messages is confirmed: a quorum queue may take some more than its limit. */
async function lastOfAsManyMore(stage: Stage, letters: string): Promise<string | undefined> {
  const { tasks, sender } = await fullOfDeadLetters(stage, letters);
  const confirmations: string[] = [];
  for (const task of numbered(7, 12)) confirmations.push(...(await sender.sendToQueue(tasks, task)));
  return confirmations.at(-1);
}

/** How one more message is confirmed. */
function oneMore(sender: Producer, tasks: Queue) {
  return async () => (await sender.sendToQueue(tasks, 'one more')).join();
}
