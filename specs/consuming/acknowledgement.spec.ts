import { channelError, claim, docs, expect, mutants, tutorial } from '#support';

claim(
  'consuming/manual-acknowledgement-default',
  {
    says: 'A consumer that asks for nothing else acknowledges by hand: what it was given stays unacknowledged until it says so.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#acknowledgement-modes')],
    refutedBy: [mutants.manualAckTakenForAutomatic],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const worker = await consumer(tasks);

    await (await producer()).sendToQueue(tasks, 'task');

    await expect(worker).toReceive(['task']);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
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
    await (await producer()).sendToQueue(hello, ['acknowledged', 'not acknowledged']);

    receiver.ack(await receiver.next());
    await expect(receiver).toReceive(['acknowledged', 'not acknowledged']);
    await expect(hello).toHaveCounters({ ready: 0, unacknowledged: 1 });
    await receiver.channel.close();

    await expect(hello).toReceive(['not acknowledged']);
  },
);

claim(
  'consuming/ack-other-channel',
  {
    says: 'A delivery is acknowledged on the channel on which it came; on another one that is a channel error.',
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

    other.ack(await worker.next());

    await expect(other).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED - unknown delivery tag 1', 'basic.ack'),
    );
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
  },
);
