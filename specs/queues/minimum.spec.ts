import { claim, expect, mutants, numbered, rule } from '#support';

claim(
  'queues/minimum',
  {
    says: 'A virtual host has room for at least 256 queues: each can be declared, and keeps its message.',
    documented: [rule('queue/declare/minimum-queues')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.queuesLimitedTo(255)],
    tags: ['work queues'],
  },
  async ({ raw, uniqueName }) => {
    const client = await raw();
    const prefix = uniqueName('tasks');
    const names = numbered(1, 256).map((number) => `${prefix}.${number}`);

    // All at once, so that they cost one round trip
    await client.together(() =>
      names.map((queue) => client.send('queue.declare', { queue, exclusive: true })),
    );
    const declared: string[] = [];
    for (const _ of names)
      declared.push((await client.expect('queue.declare-ok')).arguments.queue.toString());
    expect(declared, 'the queues that were declared').toEqual(names);

    await client.together(() =>
      names.flatMap((queue) => [
        client.send('basic.publish', { routingKey: queue }, { content: { body: Buffer.from(queue) } }),
        client.send('basic.get', { queue, noAck: true }),
      ]),
    );
    const got: string[] = [];
    for (const _ of names) got.push((await client.expect('basic.get-ok')).body.toString());
    expect(got, 'what each queue had').toEqual(names);
  },
);
