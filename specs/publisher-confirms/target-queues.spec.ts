import { claim, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

claim(
  'publisher-confirms/all-queues',
  {
    says: 'The ack comes when all queues to which a message was routed have accepted it: from then on each of them counts it.',
    documented: [docs('confirms#when-publishes-are-confirmed')],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.confirmedAndLost, mutants.confirmedAhead],
    tags: ['publish/subscribe'],
  },
  async ({ producer, exchange, queue }) => {
    const logs = await exchange('fanout');
    const queues = await Promise.all(numbered(1, 5).map(() => queue()));
    for (const each of queues) await each.bindTo(logs);
    const sender = await producer({ confirms: true });

    for (const ready of [1, 2, 3]) {
      const told = await sender.publish(logs, '', { body: `message ${ready}`, persistent: true });
      const counts = await Promise.all(queues.map((each) => each.counts()));

      expect(told, 'the confirms').toEqual(['ack']);
      expect(counts, 'messages in the queues at the confirm').toMatchObject(queues.map(() => ({ ready })));
    }
  },
);

claim(
  'publisher-confirms/overflow-nack',
  {
    says: 'A queue that is full and rejects publishes makes the broker nack the message; one such queue of several is enough, and the others keep the message.',
    documented: [docs('maxlength#overflow-behaviour')],
    extensions: ['publisher_confirms', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.strictLimit },
    refutedBy: [
      mutants.nacksTakenForAcks,
      mutants.confirmedTooEarly,
      mutants.queueArgumentOff('x-max-length', 1),
      mutants.queueArgumentLost('x-overflow'),
    ],
    tags: ['work queues'],
  },
  async ({ producer, exchange, queue }) => {
    const logs = await exchange('fanout');
    const bounded = await queue({ arguments: { 'x-max-length': 2, 'x-overflow': 'reject-publish' } });
    const open = await queue();
    await bounded.bindTo(logs);
    await open.bindTo(logs);
    const sender = await producer({ confirms: true });

    for (const message of ['1', '2'])
      await premise(async () => expect(await sender.publish(logs, '', message)).toEqual(['ack']));

    const told = [...(await sender.publish(logs, '', '3')), ...(await sender.publish(logs, '', '4'))];

    expect(told, 'the confirms').toEqual(['nack', 'nack']);
    await expect(bounded).toReceive(['1', '2'], { name: 'bounded' });
    await expect(open).toReceive(['1', '2', '3', '4'], { name: 'open' });
  },
);

claim(
  'publisher-confirms/overflow-policy-lifted',
  {
    says: 'A queue that rejected publishes since a policy limited it takes them again when the policy is deleted: what the same channel publishes from then on is confirmed with an ack.',
    documented: [docs('maxlength#overflow-behaviour'), docs('policies#deleting')],
    extensions: ['publisher_confirms', 'queue_length_limit'],
    queueTypes: { quorum: notQuorum.rejectionBefore3_8_10 },
    refutedBy: [mutants.acksTakenForNacks, mutants.policyDeletionsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1980',
        affected: { rabbitmq: '<3.7.15' },
        happened: 'a queue went on rejecting publishes when the policy was cleared by which it did',
        seen: { by: mutants.policyDeletionsIgnored },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/12206',
        affected: { rabbitmq: '>=3.8.10 <3.13.8' },
        happened:
          'a quorum queue that had reached the limit of a policy still rejected publishes when the policy was gone',
        seen: { on: 'rabbitmq 3.10.8' },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#098---2020-03-09',
        affected: { lavinmq: '<0.9.8' },
        happened: 'a policy that was removed still had its effect on the queues that were there',
        seen: { by: mutants.policyDeletionsIgnored },
      },
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ queue, producer, policy }) => {
    const bounded = await queue();
    const sender = await producer({ confirms: true });
    const publishing = async () => await sender.sendToQueue(bounded, 'task');
    const limit = await policy('queues', [bounded], { 'max-length': 1, overflow: 'reject-publish' });
    await premise(expect(publishing, 'the confirm').toBecome(['nack']));

    await limit.delete();

    await expect(publishing, 'the confirm').toBecome(['ack']);
  },
);

claim(
  'publisher-confirms/queue-crash-nack',
  {
    says: 'When the process of a queue dies of an internal error, what was published to it and not confirmed yet is nacked.',
    documented: [docs('confirms#server-sent-nacks')],
    queueTypes: { quorum: notQuorum.crash },
    refutedBy: [mutants.nacksTakenForAcks, mutants.confirmLost(2)],
    tags: ['work queues'],
    needs: ['ctl'],
    appliesTo: { rabbitmq: '*' },
    extensions: ['publisher_confirms'],
  },
  async ({ producer, queue, virtualHost, broker }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });
    const name = `rabbit_misc:r(<<"${await virtualHost()}">>, queue, <<"${tasks.name}">>)`;
    const toItsProcess = (what: string) =>
      broker.control(
        'eval',
        `{ok, Queue} = rabbit_amqqueue:lookup(${name}), Process = amqqueue:get_pid(Queue), ${what}.`,
      );
    await premise(async () => expect(await sender.sendToQueue(tasks, 'before')).toEqual(['ack']));

    await toItsProcess('sys:suspend(Process)');
    for (const task of numbered(1, 3)) sender.channel.publish('', tasks.name, task);
    await sender.channel.settled();
    await premise(() => expect([...sender.channel.confirmations.values()]).toEqual([['ack']]));

    await toItsProcess('exit(Process, kill)');

    await expect(async () => [...sender.channel.confirmations.values()]).toBecome([
      ['ack'],
      ['nack'],
      ['nack'],
      ['nack'],
    ]);
  },
);
