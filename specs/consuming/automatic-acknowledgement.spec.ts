import { claim, docs, expect, mutants, numbered, premise, rule, tutorial } from '#support';

claim(
  'consuming/auto-ack-removes',
  {
    says: 'With automatic acknowledgement a message is deleted as soon as it is sent: nothing is ever unacknowledged, and nothing comes back.',
    documented: [
      docs('confirms#acknowledgement-modes'),
      rule('basic/09'),
      docs('consumers#acknowledgement-modes'),
      docs('queues#consumer-acknowledgement'),
    ],
    refutedBy: [mutants.automaticAckTakenForManual],
    tags: ['tutorial one', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const receiver = await consumer(tasks, { noAck: true });
    const sender = await producer();

    await sender.sendToQueue(tasks, numbered(1, 3));
    await premise(expect(receiver).toReceive(numbered(1, 3)));

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await receiver.channel.close();
    await sender.sendToQueue(tasks, 'later');
    await expect(tasks).toReceive(['later']);
  },
);

claim(
  'consuming/auto-ack-loss',
  {
    says: 'With automatic acknowledgement, a worker that is killed in its task loses this task and all that were already dispatched to it.',
    documented: [docs('confirms#acknowledgement-modes'), tutorial('two', 'message-acknowledgment')],
    refutedBy: [mutants.automaticAckTakenForManual],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, program, producer }) => {
    const tasks = await queue();
    const killed = await program('worker', { name: 'killed', queue: tasks, ackAuto: true, seconds: 60 });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, numbered(1, 5));
    await premise(expect(killed).toReceive(['1']));
    await premise(expect(tasks).toHaveCounters({ ready: 0 }));

    await killed.kill('SIGKILL');

    await premise(expect(tasks).toHaveCounters({ consumers: 0 }));
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await sender.sendToQueue(tasks, 'later');
    await expect(tasks).toReceive(['later']);
  },
);
