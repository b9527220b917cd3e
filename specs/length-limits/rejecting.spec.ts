import { channelError, claim, docs, expect, mutants, numbered } from '#support';

claim(
  'length-limits/reject-publish-dlx',
  {
    says: 'A full queue with x-overflow reject-publish-dlx also dead-letters what it refuses.',
    documented: [docs('maxlength#overflow-behaviour')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit'],
    queueTypes: {
      quorum: {
        because: 'A quorum queue does not dead-letter what it rejects.',
        documented: docs('quorum-queues#feature-matrix'),
      },
    },
    refutedBy: [
      mutants.queueArgumentLost('x-overflow'),
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.nacksTakenForAcks,
      mutants.deathReasonWrong,
    ],
    tags: ['work queues'],
  },
  async ({ exchange, queue, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const full = await queue({
      arguments: {
        'x-dead-letter-exchange': letters.name,
        'x-max-length': 1,
        'x-overflow': 'reject-publish-dlx',
      },
    });
    const sender = await producer({ confirms: true });

    const confirmations: string[] = [];
    for (const task of numbered(1, 3)) confirmations.push(...(await sender.sendToQueue(full, task)));

    expect(confirmations, 'the confirms').toEqual(['ack', 'nack', 'nack']);
    const death = [expect.objectContaining({ reason: 'maxlen', queue: full.name })];
    await expect(dead).toReceive(
      ['2', '3'].map((body) => ({ body, headers: { 'x-death': death } })),
      { name: 'of the dead' },
    );
    await expect(full).toReceive(['1'], { name: 'of the full' });
  },
);

claim(
  'length-limits/validation',
  {
    says: 'The limits of a queue are numbers from zero on, and its overflow behaviour is one of those that are known: anything else is a channel error 406, and there is no queue.',
    documented: [docs('maxlength#definition-using-x-args')],
    extensions: ['queue_length_limit'],
    refutedBy: [
      mutants.errorCodeChanged(406, 404),
      mutants.errorsSwallowed,
      mutants.channelErrorsBreakTheConnection,
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentLost('x-overflow'),
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '*' },
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const wrong = [
      { 'x-max-length': -1 },
      { 'x-max-length': 'ten' },
      { 'x-max-length-bytes': -1 },
      { 'x-overflow': 'explode' },
      { 'x-overflow': 1 },
    ];

    for (const given of wrong) {
      const name = uniqueName('limited');
      await expect(
        (await openChannel()).declareQueue(name, { arguments: given }),
        JSON.stringify(given),
      ).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'queue.declare'));
      const there = `whether there is a queue with ${JSON.stringify(given)}`;
      expect(await (await existingQueue(name)).exists(), there).toBe(false);
    }
  },
);
