import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  numbered,
  premise,
  rule,
  type Stage,
  tutorial,
} from '#support';

claim(
  'consuming/manual-acknowledgement-default',
  {
    says: 'A consumer that asks for nothing else acknowledges by hand: what it was given stays unacknowledged until it says so.',
    documented: [
      tutorial('two', 'message-acknowledgment'),
      docs('confirms#acknowledgement-modes'),
      rule('basic/10'),
      docs('consumers#acknowledgement-modes'),
    ],
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.acksIgnored],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks);

    await (await producer()).sendToQueue(tasks, 'task');
    const task = await premise(worker.next());

    await expect(tasks).toHaveCounters({ unacknowledged: 1 });
    worker.ack(task);
    await expect(tasks).toHaveCounters({ unacknowledged: 0 });
  },
);

claim(
  'consuming/ack-removes',
  {
    says: 'An acknowledged message is deleted: it does not come back when the consumer leaves.',
    documented: [
      docs('confirms#consumer-acks-delivery-tags'),
      tutorial('two', 'message-acknowledgment'),
      docs('confirms#consumer-acks-api-elements'),
    ],
    refutedBy: [mutants.acksIgnored, mutants.acksTakenForRejects],
    tags: ['tutorial one', 'tutorial two', 'hello world'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const hello = await queue();
    const receiver = await consumer(hello);
    const sender = await producer();
    await sender.sendToQueue(hello, 'acknowledged');
    const delivery = await premise(receiver.next());

    receiver.ack(delivery);

    await expect(hello).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await receiver.channel.close();
    await sender.sendToQueue(hello, 'afterwards');
    await expect(hello).toReceive(['afterwards']);
  },
);

claim(
  'consuming/ack-before-close',
  {
    says: 'An acknowledgement counts however soon its channel is closed after it: only what was not acknowledged goes back to the queue.',
    documented: [docs('confirms#automatic-requeueing'), docs('confirms#consumer-acks-delivery-tags')],
    refutedBy: [mutants.acksBeforeCloseLost, mutants.acksIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10327',
        affected: { rabbitmq: '>=3.8.9' },
        happened:
          'of many acknowledgements that were sent one by one right before a channel was closed, a quorum queue could ignore all but the first 33',
        seen: { on: 'rabbitmq 4.3.6' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.8.2.txt',
        affected: { rabbitmq: '<2.8.2' },
        happened: 'acknowledgements that were sent right before their channel was closed could be lost',
        seen: { by: mutants.acksBeforeCloseLost },
      },
    ],
  },
  async (stage) => {
    // What is sent in one breath may be read in two
    for (let round = 1; round <= 5; round += 1) await oneOfManyIsKept(stage);
  },
);

claim(
  'consuming/ack-other-channel',
  {
    says: 'A delivery is acknowledged on the channel on which it came; on another one that is a channel error 406.',
    documented: [
      docs('confirms#consumer-acks-double-acking'),
      tutorial('two', 'message-acknowledgment'),
      rule('delivery-tag/channel-local'),
    ],
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const [own, other] = [await openChannel(), await openChannel()];
    const worker = await consumer(tasks, { on: own });
    await (await producer()).sendToQueue(tasks, 'task');
    const task = await premise(worker.next());

    other.ack(task);

    const unknown = `PRECONDITION_FAILED - unknown delivery tag ${task.deliveryTag}`;
    await expect(other).toBeRefused(channelError(406, unknown, 'basic.ack'));
    await expect(tasks).toHaveCounters({ unacknowledged: 1 });
    own.ack(task);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);

/** A worker acknowledges 38 tasks one by one, keeps one, and closes its channel in the same breath. */
async function oneOfManyIsKept({ queue, raw, producer }: Stage) {
  const tasks = await queue();
  await (await producer()).sendToQueue(tasks, [...numbered(1, 38), 'kept']);
  const worker = await raw({ name: 'worker' });
  await worker.send('basic.consume', { queue: tasks.name });
  await premise(worker.expect('basic.consume-ok'));
  const tags: bigint[] = [];
  for (const _ of [...numbered(1, 38), 'kept'])
    tags.push((await premise(worker.expect('basic.deliver'))).arguments.deliveryTag);

  await worker.together(() => [
    ...tags.slice(0, 38).map((deliveryTag) => worker.send('basic.ack', { deliveryTag })),
    worker.send('channel.close', { replyCode: 200 }),
  ]);

  await expect(worker.expect('channel.close-ok')).toBeAccepted();
  await expect(tasks).toReceive(['kept'], { name: 'successor' });
}
