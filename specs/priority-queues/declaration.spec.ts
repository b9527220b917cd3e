import { claim, docs, expect, mutants, notClassic, notQuorum } from '#support';

claim(
  'priority-queues/policy-not-possible',
  {
    says: 'A policy can not make a priority queue of one: with max-priority it is refused with 400, alone or beside other settings, and a queue that it would match gives its messages in their order.',
    documented: [
      docs('priority#using-policies'),
      docs('priority#configuring-the-maximum-number-of-priorities'),
    ],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    refutedBy: [mutants.policiesIgnored, mutants.queueArgumentAssumed('x-max-priority', 5)],
    tags: ['work queues'],
    needs: ['management', 'administration', 'policies'],
    appliesTo: { rabbitmq: '*' },
  },
  async ({ ownVirtualHost, queue, producer, management }) => {
    const virtualHost = await ownVirtualHost();
    const status = async (policy: string, definition: Record<string, unknown>) => {
      const body = { pattern: '^tasks$', definition, 'apply-to': 'queues' };
      const at = `/policies/${encodeURIComponent(virtualHost)}/${policy}`;
      return (await management.http.request('PUT', at, { body, accept: [400] })).status;
    };

    const [alone, beside] = [{ 'max-priority': 5 }, { 'max-priority': 5, 'max-length': 9 }];
    expect(await status('alone', alone), 'the status of the policy').toBe(400);
    expect(await status('beside', beside), 'the status with another setting').toBe(400);

    // Declared afterwards, when a policy would have its best chance: priorities are settled by the declaration
    const tasks = await queue({ name: 'tasks' });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, [
      { body: 'low', priority: 1 },
      { body: 'high', priority: 5 },
    ]);
    await expect(tasks).toReceive(['low', 'high']);
  },
);

claim(
  'priority-queues/quorum-maximum-ignored',
  {
    says: 'A quorum queue takes the argument x-max-priority, and goes by its own 32 priorities all the same.',
    documented: [docs('priority#priorities-are-always-enabled')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    irrefutable: 'Every release refuses the argument, so that no broker takes it which a proxy could break.',
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ openChannel, existingQueue, producer, uniqueName }) => {
    const name = uniqueName('tasks');
    const declared = (await openChannel()).declareQueue(name, { arguments: { 'x-max-priority': 5 } });
    await expect(declared).toBeAccepted();

    await (
      await producer({ confirms: true })
    ).sendToQueue(name, [
      { body: '6', priority: 6 },
      { body: '31', priority: 31 },
    ]);

    await expect(await existingQueue(name)).toReceive(['31', '6']);
  },
);
