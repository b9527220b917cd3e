import { claim, connectionError, docs, expect, mutants, notQuorum, premise, rule } from '#support';

claim(
  'routing/binding-idempotent',
  {
    says: 'Making a binding again is accepted and changes nothing: messages come once, and one unbind takes it away.',
    documented: [rule('queue/bind/duplicates')],
    queueTypes: { stream: true },
    refutedBy: [mutants.repeatedBindingsRefused, mutants.repeatedBindingsCounted, mutants.publishedTwice],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const logs = await exchange('direct');
    const errors = await queue();
    const channel = await openChannel();
    const sender = await producer();

    await channel.bindQueue(errors.name, logs.name, 'error', { shift: 'night' });
    await expect(channel.bindQueue(errors.name, logs.name, 'error', { shift: 'night' })).toBeAccepted();
    await expect(channel.bindQueue(errors.name, logs.name, 'error', { shift: 'night' })).toBeAccepted();
    await sender.publish(logs, 'error', 'bound three times');
    await errors.unbindFrom(logs, 'error', { shift: 'night' });
    await sender.publish(logs, 'error', 'unbound once');
    await errors.bindTo(logs, 'error', { shift: 'night' });
    await sender.publish(logs, 'error', 'bound anew');

    await expect(errors).toReceive(['bound three times', 'bound anew']);
  },
);

claim(
  'routing/binding-unbind-stops',
  {
    says: 'After an unbind nothing comes by that key any more; what was routed before stays in the queue, and other keys go on.',
    documented: [docs('specification#method-status-queue.unbind'), docs('exchanges')],
    queueTypes: { stream: true },
    refutedBy: [mutants.unbindingsIgnored, mutants.unbindingsTakeAllKeys],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const logs = await exchange('direct');
    const log = await queue();
    await log.bindTo(logs, 'error');
    await log.bindTo(logs, 'info');
    const sender = await producer();

    await sender.publish(logs, 'error', 'error while bound');
    await log.unbindFrom(logs, 'error');
    await sender.publish(logs, 'error', 'error after the unbind');
    await sender.publish(logs, 'info', 'info after the unbind');

    await expect(log).toReceive(['error while bound', 'info after the unbind']);
  },
);

claim(
  'routing/binding-unbind-missing-ok',
  {
    says: 'An unbind says that there shall be no such binding, so it succeeds where there is none: with another key, and, although the specification asks for an error, for an unknown queue and for an unknown exchange.',
    documented: [rule('queue/unbind/queue/must-exist'), rule('queue/unbind/exchange/must-exist')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.missingBindingsRefused, mutants.missingTopicBindingsBreakTheConnection],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.2.4.txt',
        affected: { rabbitmq: '>=3.2.0 <3.2.4' },
        happened: 'to unbind from a topic exchange what was not bound ended the connection with 541',
        seen: { by: mutants.missingTopicBindingsBreakTheConnection },
      },
    ],
    tags: ['tutorial four', 'routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer, uniqueName }) => {
    const logs = await exchange('direct');
    const errors = await queue();
    await errors.bindTo(logs, 'error');
    const channel = await openChannel();

    await expect(channel.unbindQueue(errors.name, logs.name, 'info')).toBeAccepted();
    for (const type of ['direct', 'fanout', 'topic', 'headers'])
      await expect(channel.unbindQueue(errors.name, (await exchange(type)).name, 'info')).toBeAccepted();
    await expect(channel.unbindQueue(uniqueName('queue'), logs.name, 'error')).toBeAccepted();
    await expect(channel.unbindQueue(errors.name, uniqueName('exchange'), 'error')).toBeAccepted();
    await expect(channel.unbindExchange(uniqueName('exchange'), logs.name, 'error')).toBeAccepted();

    await (await producer()).publish(logs, 'error', 'still bound');
    await expect(errors).toReceive(['still bound']);
  },
);

claim(
  'routing/binding-unbind-args',
  {
    says: 'A binding is its arguments too, whatever the type of the exchange: an unbind with other arguments, or with none, leaves it, and one with the same takes it away.',
    documented: [docs('specification#method-status-queue.unbind'), docs('exchanges')],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.unbindArgumentsIgnored,
      mutants.unbindingsIgnored,
      mutants.unbindingsTakeAllArguments,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/14533',
        affected: { rabbitmq: '>=3.13.0 <4.2.0' },
        happened:
          'with Khepri, to take away one of two bindings that differ only in their arguments ended the routing by the other',
        seen: { on: 'rabbitmq 4.0.5 khepri' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.3.0.txt',
        affected: { rabbitmq: '>=2.4.0 <3.3.0' },
        happened:
          'to take away one of two bindings to a topic exchange that differ only in their arguments ended the routing by the other',
        seen: { by: mutants.unbindingsTakeAllArguments },
      },
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const sender = await producer();
    const [day, night] = [
      { 'x-match': 'all', shift: 'day' },
      { 'x-match': 'all', shift: 'night' },
    ];
    const byDay = (body: string) => ({ body, headers: { shift: 'day' } });

    for (const type of ['direct', 'fanout', 'topic', 'headers']) {
      const [logs, log] = [await exchange(type), await queue()];
      for (const shift of [day, night]) await log.bindTo(logs, 'error', shift);

      for (const args of [{}, night]) await log.unbindFrom(logs, 'error', args);
      await sender.publish(logs, 'error', byDay('still bound'));
      await log.unbindFrom(logs, 'error', day);
      await sender.publish(logs, 'error', byDay('unbound'));
      await log.bindTo(logs, 'error', day);
      await sender.publish(logs, 'error', byDay('bound anew'));

      await expect(log).toReceive(['still bound', 'bound anew'], { name: type });
    }
  },
);

claim(
  'routing/binding-durable-on-transient',
  {
    says: 'A durable queue may be bound to a transient exchange; the binding goes with the exchange, and does not come back when one of that name is declared again.',
    documented: [rule('queue/bind/transient-exchange'), docs('exchanges#binding-durability')],
    refutedBy: [
      mutants.transientExchangesRefusedToDurableQueues,
      mutants.bindingsOutliveExchanges,
      mutants.bindingsOutliveTheirEnds,
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const logs = await exchange('fanout', { durable: false });
    const log = await queue({ durable: true });
    const channel = await openChannel();
    const sender = await producer();

    await expect(channel.bindQueue(log.name, logs.name)).toBeAccepted();
    await sender.publish(logs, '', 'bound');
    await channel.deleteExchange(logs.name);
    await exchange('fanout', { name: logs.name, durable: false });
    await sender.publish(logs, '', 'another exchange of that name');
    await channel.bindQueue(log.name, logs.name);
    await sender.publish(logs, '', 'bound anew');

    await expect(log).toReceive(['bound', 'bound anew']);
  },
);

claim(
  'routing/binding-unbind-failure',
  {
    says: 'An unbind that fails, since the queue belongs to another connection, is a connection error.',
    documented: [rule('queue/unbind/01')],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.errorsSwallowed],
    tags: ['routing and topics'],
  },
  async ({ raw, exchange, uniqueName }) => {
    const [logs, queue] = [await exchange('fanout'), uniqueName('log')];
    const [owner, stranger] = [await raw({ name: 'owner' }), await raw({ name: 'stranger' })];
    await owner.send('queue.declare', { queue, exclusive: true });
    await premise(owner.expect('queue.declare-ok'));
    await owner.send('queue.bind', { queue, exchange: logs.name });
    await premise(owner.expect('queue.bind-ok'));

    await stranger.send('queue.unbind', { queue, exchange: logs.name });

    await expect(stranger).toBeRefused(connectionError(405, 'RESOURCE_LOCKED', 'queue.unbind'));
  },
);
