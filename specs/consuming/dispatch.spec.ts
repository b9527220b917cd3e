import { claim, docs, expect, mutants, numbered, tutorial } from '#support';

const odd = (bodies: string[]) => bodies.filter((body) => Number.parseInt(body, 10) % 2 === 1);
const even = (bodies: string[]) => bodies.filter((body) => Number.parseInt(body, 10) % 2 === 0);

claim(
  'consuming/round-robin',
  {
    says: 'Tasks go to the consumers of a queue in turn: of twenty tasks, one of two gets the odd ones and the other the even ones.',
    documented: [tutorial('two', 'round-robin-dispatching'), docs('consumers')],
    refutedBy: [mutants.everythingGoesToTheFirstConsumer, mutants.deliveriesSwapped],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const first = await consumer(tasks, { name: 'first', noAck: true });
    const second = await consumer(tasks, { name: 'second', noAck: true });

    await (await producer()).sendToQueue(tasks, numbered(1, 20));

    await expect(first).toReceive(odd(numbered(1, 20)));
    await expect(second).toReceive(even(numbered(1, 20)));
  },
);

claim(
  'consuming/round-robin-ignores-cost',
  {
    says: 'The turn does not depend on what a task costs: when all odd tasks are heavy, the consumer that has them still gets the next odd one.',
    documented: [tutorial('two', 'fair-dispatch'), tutorial('two', 'round-robin-dispatching')],
    refutedBy: [mutants.prefetchAssumed, mutants.everythingGoesToTheFirstConsumer],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const heavy = await consumer(tasks, { name: 'heavy', work: 500 });
    const light = await consumer(tasks, { name: 'light', work: 0 });

    const sender = await producer();
    for (const task of numbered(1, 20)) await sender.sendToQueue(tasks, task);

    await expect(heavy).toReceive(odd(numbered(1, 20)));
    await expect(light).toReceive(even(numbered(1, 20)));
  },
);

claim(
  'consuming/dispatch-on-arrival',
  {
    says: 'Without a prefetch, a message is dispatched when it enters the queue, however much its consumer has unacknowledged.',
    documented: [tutorial('two', 'fair-dispatch'), docs('consumer-prefetch')],
    refutedBy: [mutants.prefetchAssumed, mutants.everythingGoesToTheFirstConsumer],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const stuck = await consumer(tasks, { name: 'stuck' });
    const brisk = await consumer(tasks, { name: 'brisk', work: 0 });

    await (await producer()).sendToQueue(tasks, numbered(1, 200));

    await expect(stuck).toReceive(odd(numbered(1, 200)));
    await expect(brisk).toReceive(even(numbered(1, 200)));
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 100, consumers: 2 });
  },
);

claim(
  'consuming/busy-skipped',
  {
    says: 'With prefetch 1, a consumer that still works on a task is skipped, and the task goes to one that is free.',
    documented: [tutorial('two', 'fair-dispatch'), docs('confirms#channel-qos-prefetch')],
    refutedBy: [mutants.prefetchIgnored, mutants.prefetchOffByOne],
    tags: ['tutorial two', 'work queues'],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const busy = await consumer(tasks, { name: 'busy', prefetch: 1 });
    const free = await consumer(tasks, { name: 'free', prefetch: 1, work: 0 });

    await (await producer()).sendToQueue(tasks, numbered(1, 20));

    await expect(free).toReceive(numbered(2, 20));
    await expect(busy).toReceive(['1']);
    await expect(tasks).toHaveCounters({ ready: 0, unacknowledged: 1 });
  },
);

claim(
  'consuming/late-consumer',
  {
    says: 'What waits in a queue goes to the first consumer that comes, at once; one that comes later shares with it what is sent from then on, in turn.',
    documented: [docs('consumers#basics'), tutorial('two', 'fair-dispatch')],
    refutedBy: [mutants.prefetchAssumed, mutants.everythingGoesToTheFirstConsumer],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const sender = await producer();
    await sender.sendToQueue(tasks, numbered(1, 4));
    const early = await consumer(tasks, { name: 'early' });
    await expect(early).toReceive(numbered(1, 4));

    const late = await consumer(tasks, { name: 'late' });
    await sender.sendToQueue(tasks, numbered(5, 8));

    // Who begins is promised by nobody
    const [ofLate, ofEarly] = (await late.next()).body === '5' ? [odd, even] : [even, odd];
    await expect(late).toReceive(ofLate(numbered(5, 8)));
    await expect(early).toReceive([...numbered(1, 4), ...ofEarly(numbered(5, 8))]);
  },
);
