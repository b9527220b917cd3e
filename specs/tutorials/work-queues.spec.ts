import {
  claim,
  type Consumer,
  docs,
  expect,
  mutants,
  numbered,
  premise,
  type Stage,
  tutorial,
} from '#support';

claim(
  'tutorials/four-tasks-two-workers',
  {
    says: 'Four persistent tasks in a durable queue, two workers with prefetch 1: the first does 1 and 3, the second 2 and 4.',
    documented: [tutorial('two', 'fair-dispatch'), tutorial('two', 'message-durability')],
    refutedBy: [mutants.prefetchIgnored, mutants.acksIgnored],
    tags: ['tutorial two', 'work queues'],
  },
  async (stage) => {
    const [first, second] = await twoWorkers(stage, ['first', 'second'], numbered(1, 4, 'Hello!'));

    await workOff(4, [
      { worker: first, seconds: () => 1 },
      { worker: second, seconds: () => 1 },
    ]);

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
  },
  async (stage) => {
    const [slow, fast] = await twoWorkers(stage, ['slow', 'fast'], numbered(1, 10));

    await workOff(10, [
      { worker: slow, seconds: () => 5 },
      { worker: fast, seconds: () => 2 },
    ]);

    await expect(fast).toReceive(['2', '3', '4', '6', '7', '9', '10']);
    await expect(slow).toReceive(['1', '5', '8']);
  },
);

claim(
  'tutorials/fair-dispatch',
  {
    says: 'With prefetch 1, odd tasks heavy and even ones light, the heavy ones do not pile up at one worker: whoever is free gets the next task.',
    documented: [tutorial('two', 'fair-dispatch')],
    refutedBy: [mutants.prefetchIgnored, mutants.prefetchOffByOne],
    tags: ['tutorial two', 'work queues'],
  },
  async (stage) => {
    const [first, second] = await twoWorkers(stage, ['first', 'second'], numbered(1, 8));

    const seconds = (task: string) => (Number(task) % 2 === 1 ? 5 : 1);
    await workOff(8, [
      { worker: first, seconds },
      { worker: second, seconds },
    ]);

    await expect(first).toReceive(['1', '4', '6', '7']);
    await expect(second).toReceive(['2', '3', '5', '8']);
  },
);

/** Two workers with prefetch 1, the first of which has the first task before there is another worker. */
async function twoWorkers(
  { queue, consumer, producer }: Stage,
  [one, other]: [string, string],
  tasks: string[],
) {
  const [durable, sender] = [await queue({ durable: true }), await producer()];
  const first = await consumer(durable, { name: one, prefetch: 1 });
  await sender.sendToQueue(durable, persistent(tasks.slice(0, 1)));
  await premise(expect(first).toReceive(tasks.slice(0, 1)));
  const second = await consumer(durable, { name: other, prefetch: 1 });
  await sender.sendToQueue(durable, persistent(tasks.slice(1)));
  return [first, second] as const;
}

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
