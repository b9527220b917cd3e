import { claim, docs, expect, mutants, numbered } from '#support';

claim(
  'consumers/single-active-no-policy',
  {
    says: 'A policy cannot give a queue a single active consumer: it is refused, and the consumers of a queue that it would match share the messages.',
    documented: [docs('consumers#sac-cannot-be-enabled-with-a-policy')],
    extensions: ['single_active_consumer'],
    refutedBy: [mutants.policiesIgnored, mutants.queueArgumentAssumed('x-single-active-consumer', true)],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, consumer, producer, management }) => {
    const { policies } = management.in(await ownVirtualHost());
    const definition = { 'single-active-consumer': true };

    const put = policies.put('single', { pattern: '.*', definition });
    await expect(put, 'the policy').rejects.toMatchObject({ status: 400 });

    const tasks = await queue();
    const workers = [await consumer(tasks, { prefetch: 1 }), await consumer(tasks, { prefetch: 1 })];
    await (await producer()).sendToQueue(tasks, numbered(1, 2));
    for (const worker of workers) await expect(() => worker.deliveries.length, 'messages').toBecome(1);
  },
);
