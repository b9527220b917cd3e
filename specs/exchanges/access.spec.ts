import { channelError, claim, docs, expect, mutants, premise, rule } from '#support';

claim(
  'exchanges/internal',
  {
    says: 'Clients can’t publish to an internal exchange: that is a channel error 403; what another exchange routes to it passes.',
    documented: [
      rule('basic/publish/exchange/02'),
      docs('e2e'),
      docs('spec-differences#undeprecated-features'),
    ],
    extensions: ['exchange_exchange_bindings', 'internal_exchanges'],
    refutedBy: [mutants.internalIgnored, mutants.errorsSwallowed, mutants.errorCodeChanged(403, 404)],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [front, open] = [await exchange('fanout'), await exchange('fanout')];
    const inner = await exchange('fanout', { internal: true });
    for (const each of [inner, open]) await each.bindTo(front);
    const [copies, tasks] = [await queue(), await queue()];
    await copies.bindTo(open);
    await tasks.bindTo(inner);

    await expect((await producer({ name: 'barred' })).publish(inner, '', 'refused')).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'basic.publish'),
    );
    await (await producer()).publish(front, '', 'by another exchange');

    await premise(expect(copies).toReceive(['by another exchange'], { name: 'copies' }));
    await expect(tasks).toReceive(['by another exchange'], { name: 'tasks' });
  },
);

claim(
  'exchanges/default-untouchable',
  {
    says: 'The default exchange can only be published to: declaring or deleting it, and binding or unbinding a queue, is a channel error 403, and each queue stays bound under its name alone.',
    documented: [
      docs('exchanges#default-exchange'),
      rule('exchange/default-access'),
      rule('queue/bind/exchange/default-exchange'),
      rule('queue/unbind/exchange/default-exchange'),
    ],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(403, 404),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['hello world'],
  },
  async ({ queue, openChannel, producer, uniqueName }) => {
    const [hello, key] = [await queue(), uniqueName('another-key')];
    const refused = (method: string) => channelError(403, 'ACCESS_REFUSED', method);

    await expect((await openChannel()).declareExchange('', 'direct')).toBeRefused(
      refused('exchange.declare'),
    );
    await expect((await openChannel()).deleteExchange('')).toBeRefused(refused('exchange.delete'));
    await expect((await openChannel()).bindQueue(hello.name, '', key)).toBeRefused(refused('queue.bind'));
    await expect((await openChannel()).unbindQueue(hello.name, '', hello.name)).toBeRefused(
      refused('queue.unbind'),
    );

    const sender = await producer();
    await sender.publish('', key, 'by another key');
    await sender.publish('', hello.name, 'by its name');
    await expect(hello).toReceive(['by its name']);
  },
);

claim(
  'exchanges/default-other-name',
  {
    says: 'The default exchange is also called amq.default, in permissions, and by this name nothing can be published to it: that is a channel error 404.',
    documented: [docs('exchanges#exchange-names')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.defaultExchangeByItsOtherName, mutants.errorsSwallowed],
    tags: ['publish/subscribe'],
  },
  async ({ queue, producer }) => {
    const tasks = await queue();

    await expect((await producer({ name: 'wrong' })).publish('amq.default', tasks.name, 'lost')).toBeRefused(
      channelError(404, "NOT_FOUND - no exchange 'amq.default'", 'basic.publish'),
    );

    await (await producer()).publish('', tasks.name, 'found');
    await expect(tasks).toReceive(['found']);
  },
);
