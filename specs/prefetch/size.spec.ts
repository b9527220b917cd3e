import { claim, connectionError, docs, expect, mutants, premise, rule } from '#support';

claim(
  'prefetch/size-unsupported',
  {
    says: 'RabbitMQ has no limit in bytes: basic.qos with a prefetch size other than 0 is refused with 540, and ends the connection.',
    documented: [docs('specification#method-status-basic.qos')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.prefetchSizeIgnored, mutants.errorCodeChanged(540, 541)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const cautious = await raw({ name: 'cautious' });

    await cautious.send('basic.qos', { prefetchSize: 0, prefetchCount: 10 });
    await premise(cautious.expect('basic.qos-ok'));
    await cautious.send('basic.qos', { prefetchSize: 1_000_000, prefetchCount: 10 });

    await expect(cautious).toBeRefused(
      connectionError(540, 'NOT_IMPLEMENTED - prefetch_size!=0 (1000000)', 'basic.qos'),
    );
  },
);

claim(
  'prefetch/size-lone-message',
  {
    says: 'A prefetch size limits what is sent ahead, and never holds back a message from a client that has none to work on, however large it is.',
    documented: [rule('basic/qos/prefetch-size/01')],
    refutedBy: [mutants.prefetchSizeIgnored],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    await (await producer()).sendToQueue(tasks, ['1'.repeat(100), '2']);
    const cautious = await raw({ name: 'cautious' });

    await cautious.send('basic.qos', { prefetchSize: 10 });
    await cautious.expect('basic.qos-ok');
    await cautious.send('basic.consume', { queue: tasks.name });
    await cautious.expect('basic.consume-ok');

    const { body } = await cautious.expect('basic.deliver');
    expect(body.toString(), 'the body that was delivered').toBe('1'.repeat(100));
  },
);
