import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum, premise } from '#support';

claim(
  'expiry/message-tx',
  {
    says: 'The time of a message that is published in a transaction begins when that is committed, as only then it comes to its queue.',
    documented: [docs('specification#method-status-tx.commit'), docs('ttl#per-queue-message-ttl')],
    extensions: ['dead_letter_exchanges', 'message_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.publishedAheadOfTheCommit, mutants.transactionsIgnored],
    tags: ['work queues'],
  },
  async ({ exchange, queue, consumer, raw, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const undertaker = await consumer(dead, { name: 'undertaker' });
    const timed = { 'x-message-ttl': 2_000, 'x-dead-letter-exchange': letters.name };
    const [tasks, clock] = [await queue({ arguments: timed }), await queue({ arguments: timed })];
    const sender = await producer({ confirms: true });
    const committing = await raw({ name: 'committing' });
    await committing.send('tx.select');
    await premise(committing.expect('tx.select-ok'));

    const body = Buffer.from('committed last');
    await committing.send('basic.publish', { routingKey: tasks.name }, { content: { body } });
    await pause(1_000);
    await sender.sendToQueue(clock, 'published meanwhile');
    await pause(1_000);
    await committing.send('tx.commit');
    await premise(committing.expect('tx.commit-ok'));

    // By what dies first, since no clock of a busy machine is to be trusted
    const inTurn = ['published meanwhile', 'committed last'];
    await premise(expect(undertaker).toReceive(inTurn, { inAnyOrder: true }));
    await expect(undertaker).toReceive(inTurn);
  },
);
