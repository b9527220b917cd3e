import { channelError, claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'consuming/manual-acknowledgement-default',
  {
    says: 'A consumer that asks for nothing else acknowledges by hand: what it was given stays unacknowledged until it says so.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#acknowledgement-modes')],
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
    documented: [docs('confirms#consumer-acks-delivery-tags'), tutorial('two', 'message-acknowledgment')],
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
  'consuming/ack-other-channel',
  {
    says: 'A delivery is acknowledged on the channel on which it came; on another one that is a channel error 406.',
    documented: [docs('confirms#consumer-acks-double-acking'), tutorial('two', 'message-acknowledgment')],
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
