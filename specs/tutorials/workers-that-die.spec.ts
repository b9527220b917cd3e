import { claim, docs, eccentric, expect, mutants, numbered, premise, type Stage, tutorial } from '#support';

claim(
  'tutorials/lazy-and-sober',
  {
    says: 'LAZY takes task 1 and exits later without acknowledging it. SOBER, who has done 2, 3 and 4 meanwhile, receives 1 then.',
    documented: [tutorial('two', 'message-acknowledgment'), tutorial('two', 'fair-dispatch')],
    refutedBy: [mutants.redeliveriesLost, mutants.prefetchIgnored],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, program, producer }) => {
    const tasks = await queue({ durable: true });
    const sender = await producer();
    const lazy = await program('worker', { name: 'LAZY', queue: tasks, prefetch: 1, lazy: 60 });
    await sender.sendToQueue(tasks, persistent(['1 Hello!']));
    await premise(expect(lazy).toReceive(['1 Hello!']));
    const sober = await program('worker', { name: 'SOBER', queue: tasks, prefetch: 1 });

    await sender.sendToQueue(tasks, persistent(numbered(2, 4, 'Hello!')));
    await expect(sober).toReceive(['2 Hello!', '3 Hello!', '4 Hello!']);
    await lazy.exit();

    await expect(sober).toReceive(['2 Hello!', '3 Hello!', '4 Hello!', '1 Hello!']);
  },
);

claim(
  'tutorials/lazy-and-sober-auto-ack',
  {
    says: 'The same with LAZY in automatic acknowledgement: SOBER receives 2 and 4 only, and 1 and 3 are gone.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#acknowledgement-modes')],
    refutedBy: [
      mutants.automaticAckTakenForManual,
      mutants.everythingGoesToTheFirstConsumer,
      eccentric.servedInBursts,
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, program, producer }) => {
    const tasks = await queue({ durable: true });
    const lazy = await program('worker', {
      name: 'LAZY',
      queue: tasks,
      lazy: 60,
      ackAuto: true,
    });
    // More than the transcript's 1, so that SOBER is free for its second task whenever that comes
    const sober = await program('worker', { name: 'SOBER', queue: tasks, prefetch: 2 });

    await (await producer()).sendToQueue(tasks, persistent(numbered(1, 4, 'Hello!')));
    await expect(sober).toReceive(['2 Hello!', '4 Hello!']);
    await lazy.exit();
    await premise(expect(tasks).toHaveCounters({ consumers: 1 }));

    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    await expect(sober).toReceive(['2 Hello!', '4 Hello!']);
  },
);

claim(
  'tutorials/worker-killed',
  {
    says: 'A worker that is killed (SIGKILL) in its task loses nothing: what it had not acknowledged goes to another worker, at once.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#automatic-requeueing')],
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.redeliveriesLost],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async (stage) => await nothingIsLostBy(stage, 'SIGKILL'),
);

claim(
  'tutorials/worker-interrupted',
  {
    says: 'A worker that is stopped with Ctrl-C (SIGINT) in its task loses nothing: what it had not acknowledged goes to another worker, at once.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#automatic-requeueing')],
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.redeliveriesLost],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async (stage) => await nothingIsLostBy(stage, 'SIGINT'),
);

claim(
  'tutorials/forgotten-acknowledgement',
  {
    says: 'A worker that forgets to acknowledge makes messages_unacknowledged grow, and the broker keeps these messages; when it leaves, all of them are delivered again.',
    documented: [tutorial('two', 'message-acknowledgment'), docs('confirms#acknowledgement-modes')],
    refutedBy: [
      mutants.manualAckTakenForAutomatic,
      mutants.queueCounterStuck('messages_unacknowledged'),
      mutants.redeliveriesLost,
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, program, producer }) => {
    const tasks = await queue();
    const forgetful = await program('worker', { name: 'forgetful', queue: tasks, forget: true });
    const sender = await producer();

    await sender.sendToQueue(tasks, numbered(1, 10));
    await expect(tasks).toHaveCounters({ unacknowledged: 10 });
    await sender.sendToQueue(tasks, numbered(11, 20));
    await expect(tasks).toHaveCounters({ unacknowledged: 20 });
    await forgetful.kill('SIGINT');

    await expect(tasks).toReceive(numbered(1, 20), { inAnyOrder: true });
  },
);

/** The worker is in its first of three tasks when the signal ends it. */
async function nothingIsLostBy({ queue, program, consumer, producer }: Stage, signal: 'SIGKILL' | 'SIGINT') {
  const tasks = await queue();
  const worker = await program('worker', { name: 'worker', queue: tasks, seconds: 60 });
  await (await producer()).sendToQueue(tasks, numbered(1, 3));
  await premise(expect(worker).toReceive(['1']));
  await premise(expect(tasks).toHaveCounters({ ready: 0 }));
  const other = await consumer(tasks, { name: 'other' });

  await worker.kill(signal);

  await expect(other).toReceive(numbered(1, 3), { inAnyOrder: true });
}

function persistent(bodies: string[]) {
  return bodies.map((body) => ({ body, persistent: true }));
}
