import { claim, docs, eccentric, expect, mutants, numbered, premise, tutorial } from '#support';

claim(
  'consuming/round-robin',
  {
    says: 'Tasks go to the consumers of a queue in turn: of twenty tasks, one of two gets the odd ones and the other the even ones, each in their order.',
    documented: [tutorial('two', 'round-robin-dispatching'), docs('consumers')],
    refutedBy: [
      mutants.everythingGoesToTheFirstConsumer,
      mutants.deliveriesSwapped,
      eccentric.servedInBursts,
    ],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const one = await consumer(tasks, { name: 'one', noAck: true });
    const other = await consumer(tasks, { name: 'other', noAck: true });

    await (await producer()).sendToQueue(tasks, numbered(1, 20));

    const { ofOne, ofOther } = inTurn(numbered(1, 20), await one.next());
    await expect(one).toReceive(ofOne);
    await expect(other).toReceive(ofOther);
  },
);

claim(
  'consuming/round-robin-ignores-cost',
  {
    says: 'The turn does not depend on what a task costs: when all odd tasks are heavy, the consumer that has them still gets the next odd one, and the other one the even ones.',
    documented: [tutorial('two', 'fair-dispatch'), tutorial('two', 'round-robin-dispatching')],
    refutedBy: [mutants.prefetchAssumed, mutants.everythingGoesToTheFirstConsumer, eccentric.servedInBursts],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const work = ({ body }: { body: string }) => (isOdd(body) ? 500 : 0);
    const one = await consumer(tasks, { name: 'one', work });
    const other = await consumer(tasks, { name: 'other', work });

    const sender = await producer();
    for (const task of numbered(1, 20)) await sender.sendToQueue(tasks, task);

    const { ofOne, ofOther } = inTurn(numbered(1, 20), await one.next());
    await expect(one).toReceive(ofOne);
    await expect(other).toReceive(ofOther);
  },
);

claim(
  'consuming/dispatch-on-arrival',
  {
    says: 'Without a prefetch, a message is dispatched when it enters the queue, however much its consumer has unacknowledged.',
    documented: [tutorial('two', 'fair-dispatch'), docs('consumer-prefetch'), docs('publishers#basics')],
    refutedBy: [mutants.prefetchAssumed],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/13758',
        affected: { rabbitmq: '>=3.13.0 <4.1.1' },
        happened:
          'a classic queue could crash over a large message that other queues had too, and its consumers got nothing more',
        seen: {
          not: 'A proxy can not crash a queue, and what crashed it was a rare coincidence in the message store.',
        },
      },
    ],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const stuck = await consumer(tasks, { name: 'stuck' });
    const sender = await producer();
    await sender.sendToQueue(tasks, '1');
    await premise(expect(stuck).toReceive(['1']));

    await sender.sendToQueue(tasks, numbered(2, 200));

    await expect(stuck).toReceive(numbered(1, 200));
  },
);

claim(
  'consuming/busy-skipped',
  {
    says: 'With prefetch 1, a consumer that still works on a task is skipped, and the task goes to one that is free.',
    documented: [tutorial('two', 'fair-dispatch'), docs('confirms#channel-qos-prefetch')],
    refutedBy: [mutants.prefetchIgnored, mutants.prefetchOffByOne],
    tags: ['tutorial two', 'work queues'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const busy = await consumer(tasks, { name: 'busy', prefetch: 1 });
    const sender = await producer();
    await sender.sendToQueue(tasks, '1');
    await premise(expect(busy).toReceive(['1']));
    const free = await consumer(tasks, { name: 'free', prefetch: 1, work: 0 });

    await sender.sendToQueue(tasks, numbered(2, 20));

    await expect(free).toReceive(numbered(2, 20));
    await expect(busy).toReceive(['1']);
  },
);

claim(
  'consuming/late-consumer',
  {
    says: 'What waits in a queue goes to the first consumer that comes, at once; one that comes later shares with it what is sent from then on, in turn.',
    documented: [docs('consumers#basics'), tutorial('two', 'fair-dispatch')],
    refutedBy: [mutants.prefetchAssumed, mutants.everythingGoesToTheFirstConsumer, eccentric.servedInBursts],
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

    const { ofOne, ofOther } = inTurn(numbered(5, 8), await late.next());
    await expect(late).toReceive(ofOne);
    await expect(early).toReceive([...numbered(1, 4), ...ofOther]);
  },
);

function isOdd(task: string): boolean {
  return Number.parseInt(task, 10) % 2 === 1;
}

/** What each of two consumers gets in turn. Who begins is promised by nobody. @param first the first that one of them got */
function inTurn(tasks: string[], first: { body: string }): { ofOne: string[]; ofOther: string[] } {
  const ofOne = tasks.filter((task) => isOdd(task) === isOdd(first.body));
  return { ofOne, ofOther: tasks.filter((task) => !ofOne.includes(task)) };
}
