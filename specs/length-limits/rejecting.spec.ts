import { claim, docs, expect, mutants, notQuorum, numbered } from '#support';

claim(
  'length-limits/reject-publish-dlx',
  {
    says: 'A full queue with x-overflow reject-publish-dlx also dead-letters what it refuses, with the reason maxlen.',
    documented: [docs('maxlength#overflow-behaviour'), docs('dlx#effects')],
    extensions: ['dead_letter_exchanges', 'publisher_confirms', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.rejectedDeadLettered },
    refutedBy: [
      mutants.queueArgumentLost('x-overflow'),
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.nacksTakenForAcks,
      mutants.deathReasonWrong,
      mutants.deathHistoryLost,
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
    const death = [expect.objectContaining({ reason: 'maxlen' })];
    await expect(dead).toReceive(
      ['2', '3'].map((body) => ({ body, headers: { 'x-death': death } })),
      { name: 'of the dead' },
    );
    await expect(full).toReceive(['1'], { name: 'of the full' });
  },
);
