import { claim, docs, expect, mutants, numbered, releaseNotes, type Stage } from '#support';

claim(
  'dead-lettering/stream-target',
  {
    says: 'From 3.12 on, a stream can be bound to a dead letter exchange, and keeps the dead letters of a queue in their order.',
    documented: [releaseNotes('3.12.0'), docs('streams#feature-matrix'), docs('dlx#overview')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'streams'],
    appliesTo: { rabbitmq: '>=3.12', '*': '*' },
    refutedBy: [
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-max-length'),
      mutants.streamsReadOnce,
    ],
    tags: ['work queues'],
  },
  async (stage) => {
    const { log, consumer } = await lettersOf(stage);

    for (const name of ['one', 'two'])
      await expect(await consumer(log, { name, ...fromTheFirst })).toReceive(numbered(1, 3));
  },
);

claim(
  'dead-lettering/stream-target-history',
  {
    says: 'A dead letter in a stream tells of its deaths in its header x-death, as in any queue.',
    documented: [releaseNotes('3.13.3'), docs('dlx#effects')],
    extensions: ['dead_letter_exchanges', 'queue_length_limit', 'streams'],
    appliesTo: { rabbitmq: '>=3.12', '*': '*' },
    refutedBy: [
      mutants.deathHistoryLost,
      mutants.deathReasonWrong,
      mutants.deathQueueWrong,
      mutants.deathCountWrong,
      mutants.deathCountsAreText,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/11173',
        affected: { rabbitmq: '>=3.12.0 <3.13.3' },
        happened: 'dead letters in a stream had no header x-death',
        seen: { by: mutants.deathHistoryLost },
      },
    ],
    tags: ['work queues'],
  },
  async (stage) => {
    const { log, tasks, consumer } = await lettersOf(stage);

    const death = expect.objectContaining({ queue: tasks.name, reason: 'maxlen', count: 1 });
    await expect(await consumer(log, { name: 'reader', ...fromTheFirst })).toReceive(
      numbered(1, 3).map((body) => ({ body, headers: { 'x-death': [death] } })),
    );
  },
);

const fromTheFirst = { prefetch: 100, arguments: { 'x-stream-offset': 'first' } };

/** A stream with what a queue has dropped, one after the other, since it was longer than its limit. */
async function lettersOf({ exchange, queue, consumer, producer }: Stage) {
  const letters = await exchange('fanout');
  const log = await queue({ type: 'stream' });
  await log.bindTo(letters);
  const tasks = await queue({
    arguments: { 'x-dead-letter-exchange': letters.name, 'x-max-length': 1 },
  });
  const sender = await producer({ confirms: true });
  for (const task of numbered(1, 4)) await sender.sendToQueue(tasks, task);
  return { log, tasks, consumer };
}
