import { claim, type Consumer, docs, expect, mutants, numbered, tutorial } from '#support';

claim(
  'tutorials/four-tasks-two-workers',
  {
    says: 'Four persistent tasks in a durable queue, two workers with prefetch 1: the first does 1 and 3, the second 2 and 4.',
    documented: [tutorial('two', 'fair-dispatch'), tutorial('two', 'message-durability')],
    refutedBy: [mutants.everythingGoesToTheFirstConsumer, mutants.acksIgnored],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ durable: true });
    const first = await consumer(tasks, { name: 'first', prefetch: 1, work: 0 });
    const second = await consumer(tasks, { name: 'second', prefetch: 1, work: 0 });
    const sender = await producer();

    // The transcript's producer sends one task a second: each is done when the next one comes
    for (const task of persistent(numbered(1, 4, 'Hello!'))) {
      await sender.sendToQueue(tasks, task);
      await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
    }

    await expect(first).toReceive(['1 Hello!', '3 Hello!']);
    await expect(second).toReceive(['2 Hello!', '4 Hello!']);
  },
);

claim(
  'tutorials/seven-to-three',
  {
    says: 'With prefetch 1, ten tasks go to a worker of 2 s and one of 5 s as each becomes free: the fast one does 7 and the slow one 3.',
    documented: [tutorial('two', 'fair-dispatch'), docs('consumer-prefetch')],
    refutedBy: [mutants.prefetchIgnored, mutants.prefetchOffByOne],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const slow = await consumer(tasks, { name: 'slow', prefetch: 1 });
    const fast = await consumer(tasks, { name: 'fast', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, numbered(1, 10));

    await workOff(10, [
      { worker: slow, seconds: () => 5 },
      { worker: fast, seconds: () => 2 },
    ]);

    await expect(fast).toReceive(['2', '3', '4', '6', '7', '9', '10']);
    await expect(slow).toReceive(['1', '5', '8']);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);

claim(
  'tutorials/fair-dispatch',
  {
    says: 'With prefetch 1, odd tasks heavy and even ones light, the heavy ones do not pile up at one worker: whoever is free gets the next task.',
    documented: [tutorial('two', 'fair-dispatch')],
    refutedBy: [mutants.prefetchIgnored, mutants.prefetchOffByOne],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const first = await consumer(tasks, { name: 'first', prefetch: 1 });
    const second = await consumer(tasks, { name: 'second', prefetch: 1 });
    await (await producer()).sendToQueue(tasks, numbered(1, 8));

    const seconds = (task: string) => (Number(task) % 2 === 1 ? 5 : 1);
    await workOff(8, [
      { worker: first, seconds },
      { worker: second, seconds },
    ]);

    await expect(first).toReceive(['1', '4', '6', '7']);
    await expect(second).toReceive(['2', '3', '5', '8']);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);

interface Worker {
  worker: Consumer;
  /** What a task costs it. */
  seconds: (task: string) => number;
}

/**
 * Lets workers do all tasks in a time of their own, in which a task takes exactly what it costs however
 * busy the machine is. Of two that are done at the same time, the one that began earlier is first.
 */
async function workOff(tasks: number, workers: Worker[]): Promise<void> {
  const begin = async ({ worker, seconds }: Worker, now: number) => {
    const delivery = await worker.next();
    return { worker, seconds, delivery, doneAt: now + seconds(delivery.body) };
  };
  let atWork = [];
  for (const worker of workers) atWork.push(await begin(worker, 0));
  for (let begun = workers.length; atWork.length > 0; begun += 1) {
    const [done, ...others] = atWork.toSorted((a, b) => a.doneAt - b.doneAt);
    if (done === undefined) return;
    done.worker.ack(done.delivery);
    atWork = begun < tasks ? [...others, await begin(done, done.doneAt)] : others;
  }
}

function persistent(bodies: string[]) {
  return bodies.map((body) => ({ body, persistent: true }));
}
