import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notForQueues, notQuorum } from '#support';

/** By declaring them passively again and again. */
const neverExpiring = notForQueues(
  'quorum',
  'The time of a quorum queue is not renewed by declaring it.',
  mutants.queuesNeverExpire,
);

claim(
  'expiry/queue-unused-deleted',
  {
    says: 'A queue with x-expires goes after it was unused for that many milliseconds, and not before, while one without stays.',
    documented: [docs('ttl#queue-ttl'), docs('ttl#queue-ttl-using-x-args')],
    extensions: ['queue_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-expires'),
      mutants.queueArgumentOff('x-expires', -1_900),
      mutants.queueArgumentAssumed('x-expires', 100),
      neverExpiring,
      mutants.expiringQueuesGoInUse,
      mutants.expiringQueuesGoWithTheirConsumers,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/924',
        affected: { lavinmq: '<2.2.0' },
        happened: 'a queue went as soon as a consumer left that had been there for longer than x-expires',
        seen: { by: mutants.expiringQueuesGoWithTheirConsumers },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.1.txt',
        affected: { rabbitmq: '<3.1.1' },
        happened:
          'a queue never went after a consumer had left that had been there for longer than x-expires',
        seen: { by: neverExpiring },
      },
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, openChannel, consumer, management }) => {
    const { names } = management.in(await ownVirtualHost()).queues;
    const lasting = await queue();
    const channel = await openChannel();

    const declaredAt = performance.now();
    const brief = await queue({ arguments: { 'x-expires': 2_000 } });
    const served = await queue({ arguments: { 'x-expires': 2_000 } });
    const left = async () =>
      (await names()).filter((name) => [lasting.name, brief.name, served.name].includes(name));
    const leaver = await consumer(served, { on: channel, name: 'leaver' });
    await pause(2_100);
    const leftAt = performance.now();
    await leaver.cancel();
    await expect(async () => (await names()).includes(served.name), 'whether served is there').toBecome(
      false,
    );
    expect(performance.now() - leftAt, 'milliseconds since its consumer left').toBeGreaterThanOrEqual(2_000);

    await expect(left, 'the names of the queues').toBecome([lasting.name]);
    expect(performance.now() - declaredAt, 'milliseconds since it was declared').toBeGreaterThanOrEqual(
      2_000,
    );
    expect(await brief.exists(), 'whether brief is there').toBe(false);
    expect(await lasting.exists(), 'whether lasting is there').toBe(true);
  },
);

claim(
  'expiry/queue-redeclare-renews',
  {
    says: 'A use of a queue with x-expires starts its time again: declaring it once more, declaring it passively, or asking it for a message.',
    documented: [docs('ttl#queue-ttl')],
    extensions: ['queue_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueUseUnnoticed('declaration'),
      mutants.queueUseUnnoticed('passive declaration'),
      mutants.queueUseUnnoticed('basic.get'),
      mutants.expiringQueuesGoInUse,
      neverExpiring,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/5894',
        affected: { rabbitmq: '>=3.10.0' },
        happened: 'a quorum queue went although it was declared again in time',
        seen: { on: 'rabbitmq 4.3.6' },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'a queue that was declared again went at its old time',
        seen: { by: mutants.queueUseUnnoticed('declaration') },
      },
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, openChannel, management }) => {
    const { names } = management.in(await ownVirtualHost()).queues;
    // Far apart, so that the end of a lease that was not renewed is told from one that was also where answers are slow
    const [lease, used] = [4_000, 2_000];
    const brief = { arguments: { 'x-expires': lease } };
    const channel = await openChannel();
    const [redeclared, asked, polled] = [await queue(brief), await queue(brief), await queue(brief)];
    const livedFrom = async (since: number, name: string) => {
      await expect(async () => (await names()).includes(name), 'whether the queue is there').toBecome(false);
      return performance.now() - since;
    };

    await pause(used);
    const usedAt = performance.now();
    await channel.declareQueuePassively(asked.name);
    await channel.get(polled.name);
    await channel.declareQueue(redeclared.name, brief);
    const lived = await Promise.all([redeclared, asked, polled].map(({ name }) => livedFrom(usedAt, name)));

    for (const milliseconds of lived)
      expect(milliseconds, 'milliseconds that a queue lived').toBeGreaterThanOrEqual(lease);
  },
);

claim(
  'expiry/queue-policy',
  {
    says: 'A policy with expires does to the queues that it matches what x-expires does to one, and leaves others alone.',
    documented: [docs('ttl#queue-ttl-using-policy'), docs('policies')],
    extensions: ['queue_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      neverExpiring,
      mutants.queueArgumentAssumed('x-expires', 100),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha20---2021-01-11',
        affected: { lavinmq: '<1.0.0-alpha.20' },
        happened: 'a queue went too early when a policy with expires came to apply to it',
        seen: { by: mutants.queueArgumentAssumed('x-expires', 100) },
      },
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'policies'],
  },
  async ({ uniqueName, queue, management, virtualHost, policy }) => {
    const [lasting, existing, later] = [await queue(), await queue(), uniqueName('queue')];
    const { queues } = management.in(await virtualHost());
    const left = async () =>
      (await queues.names()).filter((name) => [lasting.name, existing.name, later].includes(name));

    const setAt = performance.now();
    await policy('queues', [existing, later], { expires: 2_000 });
    await queue({ name: later });

    await expect(left, 'the names of the queues').toBecome([lasting.name]);
    expect(performance.now() - setAt, 'milliseconds since the policy was set').toBeGreaterThanOrEqual(2_000);
  },
);

claim(
  'expiry/queue-consumer-keeps',
  {
    says: 'A queue with x-expires is not unused as long as it has a consumer: it is there, and delivers, when more than that time has passed since it was declared.',
    documented: [docs('ttl#queue-ttl'), docs('ttl#overview')],
    extensions: ['queue_ttl'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [mutants.expiringQueuesGoInUse],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [channel, sender] = [await openChannel(), await producer({ confirms: true })];

    const brief = await queue({ arguments: { 'x-expires': 2_000 } });
    const worker = await consumer(brief, { on: channel, name: 'worker', noAck: true });
    await pause(2_500);

    expect(await brief.exists(), 'whether the queue is there').toBe(true);
    await sender.sendToQueue(brief, 'after a while');
    await expect(worker).toReceive(['after a while']);
  },
);
