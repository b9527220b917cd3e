import { claim, docs, expect, mutants, notClassic, premise, rule } from '#support';

claim(
  'priority-queues/quorum-two-levels',
  {
    says: 'A quorum queue from 4.0 to 4.2 has two priorities, high for those above 4 and normal for all others and for none, and gives two of high priority for one of normal as long as there are both.',
    documented: [docs('quorum-queues#priorities')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.propertyIgnored('priority'), mutants.deliveriesSwapped],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.0 <4.3' },
  },
  async ({ queue, producer }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, [
      'none',
      { body: '0', priority: 0 },
      { body: '4', priority: 4 },
      { body: '5', priority: 5 },
      { body: '9', priority: 9 },
      { body: '6', priority: 6 },
      { body: '255', priority: 255 },
    ]);

    await expect(tasks).toReceive(['5', '9', 'none', '6', '255', '0', '4']);
  },
);

claim(
  'priority-queues/two-levels',
  {
    says: 'Any queue tells at least two levels of priority apart: a message of 5 to 9 overtakes those of 0 to 4.',
    documented: [rule('basic/06')],
    refutedBy: [mutants.propertyIgnored('priority')],
    tags: ['work queues'],
  },
  async ({ queue, producer }) => {
    const tasks = await queue();

    await (
      await producer({ confirms: true })
    ).sendToQueue(tasks, [
      { body: '0', priority: 0 },
      { body: '4', priority: 4 },
      { body: '5', priority: 5 },
      { body: '9', priority: 9 },
    ]);

    const taken = new Set([(await tasks.take())?.body, (await tasks.take())?.body]);
    expect(taken, 'the two that came first').toEqual(new Set(['5', '9']));
  },
);

claim(
  'priority-queues/quorum-levels',
  {
    says: 'A quorum queue from 4.3 on has the priorities 0 to 31 without being declared so, gives messages strictly by them, takes higher ones for 31, and a message without one for one of 4.',
    documented: [
      docs('priority#quorum-queues'),
      docs('priority#priorities-are-always-enabled'),
      docs('quorum-queues#priorities-are-always-enabled'),
    ],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.propertyIgnored('priority'), mutants.deliveriesSwapped],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'priority-queues/quorum-two-levels',
  },
  async ({ queue, producer }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });

    await sender.sendToQueue(tasks, [
      { body: '3', priority: 3 },
      'none',
      { body: '4', priority: 4 },
      { body: '0', priority: 0 },
      { body: '5', priority: 5 },
      { body: '31', priority: 31 },
      { body: '255', priority: 255 },
      { body: '30', priority: 30 },
    ]);

    await expect(tasks).toReceive(['31', '255', '30', '5', 'none', '4', '3', '0']);
  },
);

claim(
  'priority-queues/quorum-returned',
  {
    says: 'What is returned to a quorum queue is given again in the order in which it was returned, whatever its priority.',
    documented: [docs('priority#returned-messages'), docs('quorum-queues#returned-messages')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.requeuedInReverse],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(tasks, [
      { body: 'low', priority: 1 },
      { body: 'high', priority: 9 },
    ]);
    const worker = await consumer(tasks, { name: 'worker' });
    const [high, low] = [await premise(worker.next()), await premise(worker.next())];
    await worker.cancel();

    worker.reject(low, { requeue: true });
    worker.reject(high, { requeue: true });

    const successor = await consumer(tasks, { name: 'successor' });
    await premise(expect(successor).toReceive(['low', 'high'], { inAnyOrder: true }));
    await expect(successor).toReceive(['low', 'high']);
  },
);

claim(
  'priority-queues/quorum-expiry',
  {
    says: 'A message that expires in a quorum queue leaves it at each priority for itself: it is dead-lettered although messages of higher priorities wait that do not expire.',
    documented: [
      docs('priority#priority-aware-message-expiration'),
      docs('priority#interaction-with-other-features'),
      docs('quorum-queues#priority-aware-message-expiration'),
    ],
    extensions: ['dead_letter_exchanges', 'message_ttl', 'quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [mutants.expirationsBehindIgnored],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ exchange, queue, consumer, producer }) => {
    const [letters, dead] = [await exchange('fanout'), await queue()];
    await dead.bindTo(letters);
    const deadLettering = { arguments: { 'x-dead-letter-exchange': letters.name } };
    const [tasks, others] = [await queue(deadLettering), await queue(deadLettering)];
    const sender = await producer({ confirms: true });
    const undertaker = await consumer(dead, { name: 'undertaker' });
    await sender.sendToQueue(others, { body: 'alone, for a moment', expiration: '100' });
    await premise(expect(undertaker).toReceive(['alone, for a moment']));

    await sender.sendToQueue(tasks, [
      { body: 'high', priority: 9 },
      { body: 'low, for a moment', priority: 1, expiration: '100' },
      { body: 'lowest, for a moment', priority: 0, expiration: '100' },
    ]);

    const died = ['alone', 'low', 'lowest'].map((each) => `${each}, for a moment`);
    await expect(undertaker).toReceive(died, { inAnyOrder: true });
    await expect(tasks).toReceive(['high'], { name: 'successor' });
  },
);

claim(
  'priority-queues/quorum-counts',
  {
    says: 'The management API tells of a quorum queue how many messages it has of each priority.',
    documented: [docs('priority#per-priority-message-counts')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumPriorities },
    refutedBy: [
      mutants.managementFieldMissing('queues', 'messages_by_priority'),
      mutants.managementFieldStuck('queues', 'messages_by_priority'),
    ],
    tags: ['work queues'],
    needs: ['management'],
    appliesTo: { rabbitmq: '>=4.3' },
  },
  async ({ queue, producer, management, virtualHost }) => {
    const { queues } = management.in(await virtualHost());
    const tasks = await queue();
    const sender = await producer({ confirms: true });
    const counted = async () => (await queues.get(tasks.name))['messages_by_priority'];

    await sender.sendToQueue(tasks, ['none', { body: 'high', priority: 9 }]);
    await expect(counted, 'messages by priority').toBecome({ '4': 1, '9': 1 });
    await sender.sendToQueue(tasks, { body: 'high, too', priority: 9 });

    await expect(counted, 'messages by priority').toBecome({ '4': 1, '9': 2 });
  },
);
