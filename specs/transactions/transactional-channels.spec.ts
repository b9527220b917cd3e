import { channelError, claim, docs, expect, mutants, premise, rule, type Stage } from '#support';

type Transaction = Awaited<ReturnType<typeof begin>>;
type Queue = Awaited<ReturnType<Stage['queue']>>;
type Producer = Awaited<ReturnType<Stage['producer']>>;

/** A client with a transactional channel. */
async function begin(raw: Stage['raw'], name: string) {
  const client = await raw({ name });
  await client.send('tx.select');
  await premise(client.expect('tx.select-ok'));
  return client;
}

async function publish(sender: Transaction, routingKey: string, body: string, exchange = ''): Promise<void> {
  const content = { body: Buffer.from(body) };
  await sender.send('basic.publish', { exchange, routingKey, mandatory: true }, { content });
}

/**
 * That a queue has nothing of what was published so far, as it has what somebody else publishes afterwards: the broker
 * has dealt with all of it by then.
 *
 * @param other in confirm mode
 */
async function expectNothingBefore(queue: Queue, sender: Transaction, other: Producer): Promise<void> {
  await sender.send('basic.qos');
  await premise(sender.expect('basic.qos-ok'));
  await other.sendToQueue(queue, 'of somebody else');
  const there = (await queue.takeAll()).map(({ body }) => body);
  expect(there, 'what is in the queue').toEqual(['of somebody else']);
}

/** What a method of a channel requeues at once is found by the next `basic.get` of it. */
async function expectNothingIn(queue: string, worker: Transaction): Promise<void> {
  await worker.send('basic.get', { queue });
  await worker.expect('basic.get-empty');
}

/** Takes a message from a queue, to be settled by its tag. */
async function take(worker: Transaction, queue: string): Promise<bigint> {
  await worker.send('basic.get', { queue });
  return (await premise(worker.expect('basic.get-ok'))).arguments.deliveryTag;
}

async function commit(worker: Transaction): Promise<void> {
  await worker.send('tx.commit');
  await worker.expect('tx.commit-ok');
}

/** Requeues what is unacknowledged. */
async function recover(worker: Transaction): Promise<void> {
  await worker.send('basic.recover', { requeue: true });
  await premise(worker.expect('basic.recover-ok'));
}

claim(
  'transactions/publish-commit',
  {
    says: 'What is published in a transaction is in its queue when tx.commit is answered, and not before tx.commit.',
    documented: [docs('semantics#tx'), docs('specification#method-status-tx.commit')],
    refutedBy: [mutants.transactionsIgnored, mutants.commitsTakenForRollbacks],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    const [sender, other] = [await begin(raw, 'sender'), await producer({ confirms: true })];

    await publish(sender, tasks.name, 'first');
    await publish(sender, tasks.name, 'second');
    await expectNothingBefore(tasks, sender, other);
    await commit(sender);

    await expect(tasks).toReceive(['first', 'second']);
  },
);

claim(
  'transactions/publish-rollback',
  {
    says: 'tx.rollback discards what was published in the transaction, and what is published afterwards is part of the next one.',
    documented: [docs('semantics#tx'), docs('specification#method-status-tx.rollback')],
    refutedBy: [
      mutants.transactionsIgnored,
      mutants.rollbacksTakenForCommits,
      mutants.rollbacksIgnored,
      mutants.oneTransactionPerChannel,
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    const [sender, other] = [await begin(raw, 'sender'), await producer({ confirms: true })];

    await publish(sender, tasks.name, 'rolled back');
    await sender.send('tx.rollback');
    await sender.expect('tx.rollback-ok');
    await expectNothingBefore(tasks, sender, other);
    await publish(sender, tasks.name, 'committed');
    await expectNothingBefore(tasks, sender, other);
    await commit(sender);

    await expect(tasks).toReceive(['committed']);
  },
);

claim(
  'transactions/next-transaction',
  {
    says: 'With tx.commit the next transaction begins: what is published after it waits for the next commit.',
    documented: [docs('semantics#tx'), docs('specification#method-status-tx.commit')],
    refutedBy: [
      mutants.oneTransactionPerChannel,
      mutants.transactionsIgnored,
      mutants.commitsTakenForRollbacks,
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const [first, second] = [await queue(), await queue()];
    const [sender, other] = [await begin(raw, 'sender'), await producer({ confirms: true })];

    await publish(sender, first.name, 'first');
    await commit(sender);
    await publish(sender, second.name, 'second');
    await expectNothingBefore(second, sender, other);
    await commit(sender);

    await expect(first).toReceive(['first'], { name: 'first' });
    await expect(second).toReceive(['second'], { name: 'second' });
  },
);

claim(
  'transactions/close-discards',
  {
    says: 'A transaction that is not committed is discarded when its channel is closed.',
    documented: [docs('semantics#tx')],
    refutedBy: [mutants.transactionsIgnored, mutants.closingCommits],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    const sender = await begin(raw, 'sender');

    await publish(sender, tasks.name, 'discarded');
    await sender.send('channel.close', { replyCode: 200 });
    await sender.expect('channel.close-ok');

    await (await producer()).sendToQueue(tasks, 'afterwards');
    await expect(tasks).toReceive(['afterwards']);
  },
);

claim(
  'transactions/return-after-commit',
  {
    says: 'A mandatory message that no queue gets is returned when its transaction is committed, and not before.',
    documented: [docs('semantics#tx')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.transactionsIgnored, mutants.mandatoryIgnored],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const sender = await begin(raw, 'sender');

    await publish(sender, uniqueName('nowhere'), 'lost');
    await sender.send('basic.qos');
    await sender.expect('basic.qos-ok');
    await sender.send('tx.commit');

    const said = async () => sender.unread.map((each) => ('name' in each ? each.name : each.type)).toSorted();
    await expect(said, 'what the broker says to tx.commit').toBecome(['basic.return', 'tx.commit-ok']);
  },
);

claim(
  'transactions/missing-exchange',
  {
    says: 'RabbitMQ looks for errors in a transaction at once: publishing to an exchange that is not there is refused with 404 without a commit.',
    documented: [docs('semantics#tx')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.checkedAtCommit, mutants.errorsSwallowed, mutants.errorCodeChanged(404, 406)],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const sender = await begin(raw, 'sender');

    await publish(sender, 'error', 'nowhere', uniqueName('missing'));
    await sender.send('basic.qos');

    await expect(sender).toBeRefused(channelError(404, 'NOT_FOUND', 'basic.publish'));
  },
);

claim(
  'transactions/declarations',
  {
    says: 'Declaring a queue and binding it are no part of a transaction: both are there before a commit, and stay after a rollback.',
    documented: [docs('semantics#tx')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.rollbacksUndoDeclarations],
    tags: ['the wire'],
  },
  async ({ raw, exchange, uniqueName, openChannel }) => {
    const [logs, name] = [await exchange('fanout'), uniqueName('tasks')];
    const other = await openChannel();
    const sender = await begin(raw, 'sender');

    await sender.send('queue.declare', { queue: name, durable: true });
    await sender.expect('queue.declare-ok');
    await sender.send('queue.bind', { queue: name, exchange: logs.name });
    await sender.expect('queue.bind-ok');
    other.publish(logs.name, '', 'before');
    await expect(other.declareQueuePassively(name)).toBeAccepted();
    await sender.send('tx.rollback');
    await sender.expect('tx.rollback-ok');
    other.publish(logs.name, '', 'after');
    await other.settled();

    await sender.send('basic.get', { queue: name, noAck: true });
    expect((await sender.expect('basic.get-ok')).body.toString(), 'the first message').toBe('before');
    await sender.send('basic.get', { queue: name, noAck: true });
    expect((await sender.expect('basic.get-ok')).body.toString(), 'the second message').toBe('after');
  },
);

claim(
  'transactions/not-selected',
  {
    says: 'To commit or roll back on a channel without transactions is a channel error 406.',
    documented: [rule('tx/commit/transacted'), rule('tx/rollback/transacted')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const [committing, rolling] = [await raw(), await raw()];

    await committing.send('tx.commit');
    await rolling.send('tx.rollback');

    await expect(committing).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'tx.commit'));
    await expect(rolling).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'tx.rollback'));
  },
);

claim(
  'transactions/ack-commit',
  {
    says: 'An ack in a transaction counts from its commit on: what is acknowledged and not committed goes back to its queue with the channel, and what is committed does not.',
    documented: [docs('semantics#tx')],
    refutedBy: [mutants.transactionsIgnored, mutants.commitsTakenForRollbacks, mutants.closingCommits],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const [committed, uncommitted] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(committed, 'committed');
    await sender.sendToQueue(uncommitted, 'uncommitted');
    const [diligent, forgetful] = [await begin(raw, 'diligent'), await begin(raw, 'forgetful')];

    await diligent.send('basic.ack', { deliveryTag: await take(diligent, committed.name) });
    await commit(diligent);
    await forgetful.send('basic.ack', { deliveryTag: await take(forgetful, uncommitted.name) });
    await forgetful.send('channel.close', { replyCode: 200 });
    await forgetful.expect('channel.close-ok');

    await recover(diligent);
    await expectNothingIn(committed.name, diligent);
    await expect(uncommitted).toReceive([{ body: 'uncommitted', redelivered: true }]);
  },
);

claim(
  'transactions/ack-rollback',
  {
    says: 'tx.rollback takes acks back and requeues nothing: what was acknowledged is unacknowledged again, and can be acknowledged once more.',
    documented: [docs('semantics#tx'), docs('specification#method-status-tx.rollback')],
    refutedBy: [
      mutants.rollbacksTakenForCommits,
      mutants.rollbacksRequeue,
      mutants.rollbacksForgetDeliveries,
      mutants.transactionsIgnored,
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const [again, recovered] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(again, 'again');
    await sender.sendToQueue(recovered, 'recovered');
    const worker = await begin(raw, 'worker');
    const [first, second] = [await take(worker, again.name), await take(worker, recovered.name)];

    for (const deliveryTag of [first, second]) await worker.send('basic.ack', { deliveryTag });
    await worker.send('tx.rollback');
    await worker.expect('tx.rollback-ok');
    await expectNothingIn(again.name, worker);
    await worker.send('basic.ack', { deliveryTag: first });
    await commit(worker);
    await recover(worker);

    await expectNothingIn(again.name, worker);
    await expect(recovered).toReceive([{ body: 'recovered', redelivered: true }]);
  },
);

claim(
  'transactions/nack-reject',
  {
    says: 'RabbitMQ has basic.reject and basic.nack take part in transactions: what they requeue is back in its queue after the commit, and not before.',
    documented: [docs('semantics#tx')],
    appliesTo: { rabbitmq: '*' },
    extensions: ['basic.nack'],
    refutedBy: [
      mutants.transactionsIgnored,
      mutants.rejectionsNotTransactional,
      mutants.commitsTakenForRollbacks,
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const [rejected, nacked] = [await queue(), await queue()];
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(rejected, 'rejected');
    await sender.sendToQueue(nacked, 'nacked');
    const worker = await begin(raw, 'worker');
    const [first, second] = [await take(worker, rejected.name), await take(worker, nacked.name)];

    await worker.send('basic.reject', { deliveryTag: first, requeue: true });
    await worker.send('basic.nack', { deliveryTag: second, requeue: true });
    await expectNothingIn(rejected.name, worker);
    await expectNothingIn(nacked.name, worker);
    await commit(worker);

    await expect(rejected).toReceive([{ body: 'rejected', redelivered: true }]);
    await expect(nacked).toReceive([{ body: 'nacked', redelivered: true }]);
  },
);

claim(
  'transactions/unknown-tag',
  {
    says: 'RabbitMQ looks for errors in a transaction at once: an ack of an unknown delivery tag is refused with 406 without a commit.',
    documented: [docs('semantics#tx')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.checkedAtCommit, mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const worker = await begin(raw, 'worker');

    await worker.send('basic.ack', { deliveryTag: 7n });
    await worker.send('basic.qos');

    await expect(worker).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'basic.ack'));
  },
);
