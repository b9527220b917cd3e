import { channelError, claim, docs, expect, mutants, notQuorum, numbered, rule, type Stage } from '#support';

claim(
  'consumers/exclusive-refused',
  {
    says: 'While a consumer has a queue to itself, any other one, exclusive or not, is refused with a channel error 403, and everything goes to the one that is there.',
    documented: [docs('consumers#exclusivity'), rule('basic/consume/exclusive/01')],
    queueTypes: { quorum: notQuorum.exclusiveConsumers },
    refutedBy: [mutants.exclusiveConsumersIgnored, mutants.errorCodeChanged(403, 405)],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const owner = await consumer(tasks, { name: 'owner', exclusive: true });

    const ordinary = consumer(tasks, { name: 'ordinary' });
    await expect(ordinary).toBeRefused(inExclusiveUse(tasks));
    const exclusive = consumer(tasks, { name: 'exclusive', exclusive: true });
    await expect(exclusive).toBeRefused(inExclusiveUse(tasks));

    await (await producer()).sendToQueue(tasks, numbered(1, 4));
    await expect(owner).toReceive(numbered(1, 4));
  },
);

claim(
  'consumers/exclusive-when-others',
  {
    says: 'A queue that has a consumer already cannot be consumed exclusively: that is a channel error 403, and the one that is there goes on.',
    documented: [docs('consumers#exclusivity'), rule('basic/consume/exclusive/01')],
    queueTypes: { quorum: notQuorum.exclusiveConsumers },
    refutedBy: [mutants.exclusiveConsumersIgnored, mutants.errorsSwallowed],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const earlier = await consumer(tasks, { name: 'earlier' });

    const exclusive = consumer(tasks, { name: 'exclusive', exclusive: true });

    await expect(exclusive).toBeRefused(inExclusiveUse(tasks));
    await (await producer()).sendToQueue(tasks, numbered(1, 2));
    await expect(earlier).toReceive(numbered(1, 2));
  },
);

claim(
  'consumers/exclusive-released',
  {
    says: 'When an exclusive consumer is cancelled or its connection breaks off, the queue is free for others, exclusive or not.',
    documented: [docs('consumers#exclusivity')],
    queueTypes: { quorum: notQuorum.exclusiveConsumers },
    refutedBy: [mutants.exclusiveConsumersNotReleased],
  },
  async (stage) => {
    const tasks = await stage.queue();
    const first = await stage.consumer(tasks, { name: 'first', exclusive: true });

    await first.cancel();
    const second = stage.consumer(tasks, { name: 'second', exclusive: true });
    await expect(second).toBeAccepted();
    (await second).channel.connection.cut();
    await expect(() => tryToConsume(stage, tasks), 'the answer to basic.consume').toBecome('accepted');

    const third = await stage.consumer(tasks, { name: 'third' });
    await (await stage.producer()).sendToQueue(tasks, numbered(1, 2));
    await expect(third).toReceive(numbered(1, 2));
  },
);

/** As an ordinary consumer, that leaves again: a broker does not notice at once that a connection broke off. */
async function tryToConsume({ openChannel, consumer }: Stage, queue: { name: string }): Promise<string> {
  const channel = await openChannel();
  return await consumer(queue, { on: channel }).then(
    async () => {
      await channel.close();
      return 'accepted';
    },
    ({ message }: Error) => message,
  );
}

function inExclusiveUse({ name }: { name: string }) {
  return channelError(
    403,
    new RegExp(`ACCESS_REFUSED - queue '${name}' .*in exclusive use`),
    'basic.consume',
  );
}
