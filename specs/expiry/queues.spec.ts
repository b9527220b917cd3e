import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notQuorum } from '#support';

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
      mutants.queueArgumentAssumed('x-expires', 1),
      mutants.queuesNeverExpire,
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, management }) => {
    const { names } = management.in(await ownVirtualHost()).queues;
    const lasting = await queue();

    const declaredAt = performance.now();
    const brief = await queue({ arguments: { 'x-expires': 2_000 } });

    await expect(names).toBecome([lasting.name]);
    expect(performance.now() - declaredAt).toBeGreaterThanOrEqual(2_000);
    expect(await brief.exists()).toBe(false);
    expect(await lasting.exists()).toBe(true);
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
      mutants.queuesNeverExpire,
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, openChannel, management }) => {
    const { names } = management.in(await ownVirtualHost()).queues;
    const lease = 3_000;
    const brief = { arguments: { 'x-expires': lease } };
    const channel = await openChannel();
    const [redeclared, asked, polled] = [await queue(brief), await queue(brief), await queue(brief)];
    const livedFrom = async (since: number, name: string) => {
      await expect(async () => (await names()).includes(name)).toBecome(false);
      return performance.now() - since;
    };

    await pause(lease / 2);
    const usedAt = performance.now();
    await channel.declareQueuePassively(asked.name);
    await channel.get(polled.name);
    await channel.declareQueue(redeclared.name, brief);
    const lived = await Promise.all([redeclared, asked, polled].map(({ name }) => livedFrom(usedAt, name)));

    for (const milliseconds of lived) expect(milliseconds).toBeGreaterThanOrEqual(lease);
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
      mutants.queuesNeverExpire,
      mutants.queueArgumentAssumed('x-expires', 1),
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, management }) => {
    const { policies, queues } = management.in(await ownVirtualHost());
    await queue({ name: 'lasting' });
    await queue({ name: 'brief.existing' });

    const setAt = performance.now();
    await policies.put('expiry', { pattern: '^brief', definition: { expires: 400 }, 'apply-to': 'queues' });
    await queue({ name: 'brief.declared-later' });

    await expect(queues.names).toBecome(['lasting']);
    expect(performance.now() - setAt).toBeGreaterThanOrEqual(400);
  },
);
