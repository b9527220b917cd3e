import {
  channelError,
  claim,
  docs,
  eccentric,
  expect,
  mutants,
  notQuorum,
  numbered,
  premise,
} from '#support';

function priority(value: unknown) {
  return { 'x-priority': value };
}

claim(
  'consumers/priority-higher-first',
  {
    says: 'While a consumer with a higher priority can take messages, it gets all of them, although others were there before it.',
    documented: [
      docs('consumer-priority#overview'),
      docs('consumers#priority'),
      docs('quorum-queues#consumer-priorities'),
    ],
    extensions: ['consumer_priorities'],
    queueTypes: { quorum: notQuorum.prioritiesBefore3_8_10 },
    refutedBy: [mutants.consumerArgumentLost('x-priority'), mutants.everythingGoesToTheFirstConsumer],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const low = await consumer(tasks, { name: 'low', arguments: priority(1) });
    const high = await consumer(tasks, { name: 'high', arguments: priority(10) });
    const usual = await consumer(tasks, { name: 'usual' });

    await (await producer()).sendToQueue(tasks, numbered(1, 20));

    await expect(high).toReceive(numbered(1, 20));
    await expect(low).toReceive([]);
    await expect(usual).toReceive([]);
  },
);

claim(
  'consumers/priority-fallback',
  {
    says: 'When a consumer with a higher priority holds all that its prefetch allows, the ones below it are served at once; as soon as it has room again, it goes before them.',
    documented: [docs('consumer-priority#definitions'), docs('consumers#priority')],
    extensions: ['consumer_priorities'],
    queueTypes: { quorum: notQuorum.prioritiesBefore3_8_10 },
    refutedBy: [
      mutants.lowerPrioritiesNotServed,
      mutants.prefetchOffByOne,
      mutants.consumerArgumentLost('x-priority'),
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const low = await consumer(tasks, { name: 'low' });
    const high = await consumer(tasks, { name: 'high', prefetch: 2, arguments: priority(10) });
    const sender = await producer();

    await sender.sendToQueue(tasks, numbered(1, 5));
    await expect(high).toReceive(['1', '2']);
    await expect(low).toReceive(['3', '4', '5']);
    high.ack(await high.next());
    await premise(expect(tasks).toHaveCounters({ unacknowledged: 4 }));
    await sender.sendToQueue(tasks, numbered(6, 7));

    await expect(high).toReceive(['1', '2', '6']);
    await expect(low).toReceive(['3', '4', '5', '7']);
  },
);

claim(
  'consumers/priority-round-robin-equal',
  {
    says: 'Consumers with the same high priority share the messages in turn, and those below them get none.',
    documented: [docs('consumer-priority#overview'), docs('consumers#priority')],
    extensions: ['consumer_priorities'],
    queueTypes: { quorum: notQuorum.prioritiesBefore3_8_10 },
    refutedBy: [
      mutants.consumerArgumentLost('x-priority'),
      mutants.everythingGoesToTheFirstConsumer,
      eccentric.servedInBursts,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const low = await consumer(tasks, { name: 'low' });
    const one = await consumer(tasks, { name: 'one', arguments: priority(10) });
    const two = await consumer(tasks, { name: 'two', arguments: priority(10) });

    await (await producer()).sendToQueue(tasks, numbered(1, 6));

    await expect(one).toReceive(['1', '3', '5']);
    await expect(two).toReceive(['2', '4', '6']);
    await expect(low).toReceive([]);
  },
);

claim(
  'consumers/priority-validation',
  {
    says: 'A priority is an integer: anything else is a channel error 406. It may be negative, which is below the 0 of consumers that name none.',
    documented: [docs('consumer-priority#how-to-use')],
    extensions: ['consumer_priorities'],
    queueTypes: { quorum: notQuorum.prioritiesBefore3_8_10 },
    refutedBy: [mutants.consumerArgumentLost('x-priority'), mutants.errorCodeChanged(406, 404)],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();

    for (const noInteger of ['high', '1', 1.5, true]) {
      const wrong = consumer(tasks, { name: `priority ${noInteger}`, arguments: priority(noInteger) });
      await expect(wrong).toBeRefused(
        channelError(406, "PRECONDITION_FAILED - invalid arg 'x-priority'", 'basic.consume'),
      );
    }
    const negative = await consumer(tasks, { name: 'negative', arguments: priority(-1) });
    const usual = await consumer(tasks, { name: 'usual' });
    await (await producer()).sendToQueue(tasks, numbered(1, 4));

    await expect(usual).toReceive(numbered(1, 4));
    await expect(negative).toReceive([]);
  },
);
