import { channelError, claim, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

const singleActive = { 'x-single-active-consumer': true };

claim(
  'consumers/single-active-only-one',
  {
    says: 'Of the consumers of a queue with a single active consumer, only the first gets messages, whatever it has unacknowledged.',
    documented: [
      docs('consumers#single-active-consumer'),
      docs('consumers#enabling-single-active-consumer-on-quorum-and-classic-queues'),
    ],
    extensions: ['single_active_consumer'],
    refutedBy: [mutants.queueArgumentLost('x-single-active-consumer')],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/3072',
        affected: { rabbitmq: '<3.8.17' },
        happened:
          'a classic queue with a single active consumer broke down when the management plugin was started',
        seen: {
          not: 'A proxy can not start plugins of the broker, and the story has to leave alone what all others use.',
        },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: singleActive });
    const active = await consumer(tasks, { name: 'active', prefetch: 4 });
    const waiting = await consumer(tasks, { name: 'waiting' });

    await (await producer()).sendToQueue(tasks, numbered(1, 6));

    await expect(active).toReceive(numbered(1, 4));
    await expect(waiting).toReceive([]);
    for (const _ of ['1', '2']) active.ack(await active.next());
    await expect(active).toReceive(numbered(1, 6));
    await expect(waiting).toReceive([]);
  },
);

claim(
  'consumers/single-active-failover',
  {
    says: 'When the single active consumer breaks off, closes its channel or is cancelled, another one that waits takes its place, and messages keep their order.',
    documented: [
      docs('consumers#single-active-consumer'),
      docs('consumers#difference-from-exclusive-consumers'),
      docs('queues#2-use-a-queue-with-a-single-active-consumer'),
    ],
    extensions: ['single_active_consumer'],
    refutedBy: [
      mutants.requeuedAtTheEnd,
      mutants.consumersOutliveTheirChannel,
      mutants.cancellationsIgnored,
      mutants.requeuedInReverse,
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: singleActive });
    const first = await consumer(tasks, { name: 'first', prefetch: 2 });
    const second = await consumer(tasks, { name: 'second', prefetch: 3 });
    const sender = await producer();
    await sender.sendToQueue(tasks, numbered(1, 5));
    await premise(expect(first).toReceive(['1', '2']));

    first.channel.connection.cut();
    await expect(second).toReceive(['1', '2', '3']);
    const third = await consumer(tasks, { name: 'third', work: 0 });
    second.ack(await second.next());
    await expect(second).toReceive(['1', '2', '3', '4']);
    await second.channel.close();
    await expect(third).toReceive(['2', '3', '4', '5']);
    const fourth = await consumer(tasks, { name: 'fourth' });
    await third.cancel();
    await sender.sendToQueue(tasks, '6');

    await expect(fourth).toReceive(['6']);
    await expect(third).toReceive(['2', '3', '4', '5']);
  },
);

claim(
  'consumers/single-active-failover-at-once',
  {
    says: 'When the single active consumer is cancelled, what waits in the queue goes to its successor at once, also if nothing else happens to the queue.',
    documented: [
      docs('consumers#single-active-consumer'),
      pullRequest(11574, 'classic queue removes consumer'),
    ],
    extensions: ['single_active_consumer'],
    refutedBy: [mutants.cancellationsIgnored, mutants.deliveryLost(3)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/11574',
        affected: { rabbitmq: '>=3.8.0 <4.0.0' },
        happened:
          'what waited in a classic queue when its single active consumer was cancelled stayed there, until something else happened to the queue',
        seen: { on: 'rabbitmq 3.10.8' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/5460',
        affected: { rabbitmq: '<3.9.27 || >=3.10.0 <3.10.13 || >=3.11.0 <3.11.5' },
        happened:
          'what was published to a classic queue that had messages when its single active consumer was cancelled crashed the queue, and its other consumers got nothing',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const [quiet, busy] = [
      await queue({ arguments: singleActive }),
      await queue({ arguments: singleActive }),
    ];
    const sender = await producer();
    const successors = [];
    for (const tasks of [quiet, busy]) {
      const active = await consumer(tasks, { name: 'active', prefetch: 2 });
      successors.push(await consumer(tasks, { name: 'waiting' }));
      await sender.sendToQueue(tasks, numbered(1, 4));
      await premise(expect(active).toReceive(['1', '2']));
      await active.cancel();
    }
    const [ofQuiet, ofBusy] = successors;

    await sender.sendToQueue(busy, numbered(5, 6));

    await expect(ofBusy).toReceive(numbered(3, 6), { within: 2_000 });
    await expect(ofQuiet).toReceive(numbered(3, 4), { within: 2_000 });
  },
);

claim(
  'consumers/single-active-exclusive-conflict',
  {
    says: 'A queue with a single active consumer cannot be consumed exclusively: that is a channel error 403.',
    documented: [
      docs('consumers#single-active-consumer'),
      docs('consumers#sac-and-exclusive-consumers-are-mutually-exclusive'),
    ],
    extensions: ['single_active_consumer'],
    queueTypes: { quorum: notQuorum.exclusiveConsumers },
    refutedBy: [
      mutants.exclusiveConsumersIgnored,
      mutants.queueArgumentLost('x-single-active-consumer'),
      mutants.errorCodeChanged(403, 405),
    ],
  },
  async ({ queue, consumer }) => {
    const tasks = await queue({ arguments: singleActive });

    const exclusive = consumer(tasks, { name: 'exclusive', exclusive: true });

    await expect(exclusive).toBeRefused(
      channelError(
        403,
        new RegExp(`ACCESS_REFUSED - queue '${tasks.name}' .*in exclusive use`),
        'basic.consume',
      ),
    );
  },
);

claim(
  'consumers/single-active-get-refused',
  {
    says: 'basic.get on a quorum queue with a single active consumer is a channel error 405.',
    documented: [pullRequest(2167, 'basic.get on quorum queues with a single active consumer')],
    extensions: ['quorum_queues', 'single_active_consumer'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.queueArgumentLost('x-single-active-consumer'), mutants.errorCodeChanged(405, 403)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/2164',
        affected: { rabbitmq: '>=3.8.0 <3.8.2' },
        happened: 'basic.get was not refused, and the second one broke the queue',
        seen: { by: mutants.queueArgumentLost('x-single-active-consumer') },
      },
    ],
  },
  async ({ queue, client, producer }) => {
    const tasks = await queue({ arguments: { ...singleActive, 'x-queue-type': 'quorum' } });
    const poller = await (await client({ name: 'poller' })).channel();
    await (await producer()).sendToQueue(tasks, 'task');

    const got = poller.get(tasks.name);

    await expect(got).toBeRefused(
      channelError(405, /RESOURCE_LOCKED - .*single active consumer/, 'basic.get'),
    );
  },
);

claim(
  'consumers/single-active-priority-takeover',
  {
    says: 'On a quorum queue, a consumer with a higher priority takes over from the single active one: that one gets nothing more, and the new one becomes active when everything is settled.',
    documented: [docs('consumers#initial-sac-selection'), docs('consumers#single-active-consumer')],
    appliesTo: { rabbitmq: '>=4.0' },
    extensions: ['consumer_priorities', 'quorum_queues', 'single_active_consumer'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.consumerArgumentLost('x-priority'), mutants.acksIgnored, mutants.nacksIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/14141',
        affected: { rabbitmq: '>=4.0.0 <4.1.2' },
        happened:
          'nothing was delivered to either consumer any more when the active one returned what it held instead of acknowledging it',
        seen: { on: 'rabbitmq 4.0.5' },
      },
    ],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue({ arguments: { ...singleActive, 'x-queue-type': 'quorum' } });
    const usual = await consumer(tasks, { name: 'usual', prefetch: 2 });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, numbered(1, 4));
    const [one, two] = [await premise(usual.next()), await premise(usual.next())];

    const high = await consumer(tasks, { name: 'high', prefetch: 2, arguments: { 'x-priority': 10 } });
    usual.ack(one);
    await expect(usual).toReceive(['1', '2']);
    await expect(high).toReceive([]);
    usual.ack(two);

    await expect(high).toReceive(['3', '4']);
    await expect(usual).toReceive(['1', '2']);
    const higher = await consumer(tasks, { name: 'higher', arguments: { 'x-priority': 20 } });
    for (const _ of ['3', '4']) high.nack(await high.next(), { requeue: true });
    await expect(higher).toReceive(['3', '4']);
    await expect(high).toReceive(['3', '4']);
  },
);

claim(
  'consumers/single-active-activity-visible',
  {
    says: 'The management API tells of each consumer whether it is active: on a queue with a single active consumer this one alone, on another queue all of them.',
    documented: [
      docs('consumers#active-consumer'),
      docs('consumers#determining-which-consumer-is-currently-active'),
    ],
    extensions: ['single_active_consumer'],
    refutedBy: [
      mutants.managementFieldWrong('consumers', 'active', true),
      mutants.managementFieldWrong('consumers', 'active', false),
    ],
    needs: ['management'],
  },
  async ({ queue, consumer, management, virtualHost }) => {
    const [single, shared] = [await queue({ arguments: singleActive }), await queue()];
    const first = await consumer(single, { name: 'first', consumerTag: 'first' });
    await consumer(single, { name: 'second', consumerTag: 'second' });
    await consumer(shared, { name: 'one', consumerTag: 'one' });
    await consumer(shared, { name: 'two', consumerTag: 'two' });
    const { consumers } = management.in(await virtualHost());
    const activeOnes = async (of: string) =>
      (await consumers())
        .filter(({ queue: consumed }) => consumed.name === of)
        .map(({ consumer_tag, active }) => `${consumer_tag}: ${active}`)
        .toSorted();

    await expect(() => activeOnes(single.name)).toBecome(['first: true', 'second: false']);
    await expect(() => activeOnes(shared.name)).toBecome(['one: true', 'two: true']);
    await first.cancel();
    await expect(() => activeOnes(single.name)).toBecome(['second: true']);
  },
);

/** What the documentation's pages leave out. */
function pullRequest(number: number, title: string) {
  return {
    title: `RabbitMQ pull request ${number}: ${title}`,
    url: `https://github.com/rabbitmq/rabbitmq-server/pull/${number}`,
  };
}
