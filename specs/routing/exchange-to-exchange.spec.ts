import { channelError, claim, docs, expect, mutants, premise } from '#support';

claim(
  'routing/exchange-to-exchange-bind',
  {
    says: 'An exchange that is bound to another gets what the other is published and what matches the binding key, never the other way round; each exchange of such a chain routes by its own type.',
    documented: [docs('e2e#overview'), docs('exchanges#e2e')],
    extensions: ['exchange_exchange_bindings'],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.exchangeBindingsIgnored,
      mutants.bindingKeysIgnored,
      mutants.exchangeBindingsReversed,
      mutants.oneExchangePerSource,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/117',
        affected: { lavinmq: '<1.0.0-alpha.8' },
        happened: 'only the first of the exchanges that were bound to another got its messages',
        seen: { by: mutants.oneExchangePerSource },
      },
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [source, errors, copies] = [
      await exchange('direct'),
      await exchange('topic'),
      await exchange('fanout'),
    ];
    const [second, third] = [await exchange('fanout'), await exchange('direct')];
    await errors.bindTo(source, 'error.disk');
    await copies.bindTo(errors, 'error.*');
    for (const each of [second, third]) await each.bindTo(source, 'error.disk');
    const [ofSource, ofCopies] = [await queue(), await queue()];
    const [ofSecond, ofThird] = [await queue(), await queue()];
    await ofSecond.bindTo(second);
    await ofThird.bindTo(third, 'error.disk');
    await ofSource.bindTo(source, 'error.disk');
    await ofCopies.bindTo(copies);
    const sender = await producer();

    await sender.publish(source, 'error.disk', 'from the source');
    await sender.publish(source, 'error.network', 'without a binding');
    await sender.publish(errors, 'error.network', 'from the middle');
    await sender.publish(errors, 'info', 'without a match');
    await sender.publish(copies, 'error.disk', 'from the end');

    await expect(ofSource).toReceive(['from the source'], { name: 'source' });
    await expect(ofSecond).toReceive(['from the source'], { name: 'second' });
    await expect(ofThird).toReceive(['from the source'], { name: 'third' });
    const all = ['from the source', 'from the middle', 'from the end'];
    await expect(ofCopies).toReceive(all, { name: 'copies', inAnyOrder: true });
  },
);

claim(
  'routing/exchange-to-exchange-cycle',
  {
    says: 'Exchanges may be bound in a circle: a message goes round once, and each queue on the way gets one copy, by however many ways it comes.',
    documented: [docs('e2e#overview')],
    extensions: ['exchange_exchange_bindings'],
    queueTypes: { stream: true },
    refutedBy: [mutants.exchangeBindingsIgnored, mutants.deliveriesDuplicated],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [red, green, blue] = [await exchange('fanout'), await exchange('fanout'), await exchange('fanout')];
    await green.bindTo(red);
    await blue.bindTo(green);
    await expect(red.bindTo(blue)).toBeAccepted();
    const [ofRed, ofBlue, ofAll] = [await queue(), await queue(), await queue()];
    await ofRed.bindTo(red);
    await ofBlue.bindTo(blue);
    for (const each of [red, green, blue]) await ofAll.bindTo(each);
    const sender = await producer();

    await sender.publish(red, '', 'by red');
    await sender.publish(green, '', 'by green');
    await sender.publish(blue, '', 'by blue');

    const once = ['by red', 'by green', 'by blue'];
    await expect(ofRed).toReceive(once, { name: 'of red', inAnyOrder: true });
    await expect(ofBlue).toReceive(once, { name: 'of blue', inAnyOrder: true });
    await expect(ofAll).toReceive(once, { name: 'of all', inAnyOrder: true });
  },
);

claim(
  'routing/exchange-to-exchange-autodelete',
  {
    says: 'An auto-delete exchange goes with the last binding of which it is the source, to an exchange as to a queue; the end of bindings of which it is the destination leaves it.',
    documented: [docs('e2e#overview'), docs('exchanges#auto-deletion')],
    extensions: ['exchange_exchange_bindings', 'auto_delete_exchanges'],
    refutedBy: [
      mutants.autoDeleteIgnored,
      mutants.autoDeletedAsDestination,
      mutants.autoDeletedWithFirstUse,
      mutants.autoDeletedWithFirstUnbinding,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1705',
        affected: { rabbitmq: '>=3.7.5 <3.7.8' },
        happened:
          'an auto-delete exchange that was bound to another stayed when its queues went with their connection',
        seen: { by: mutants.autoDeleteIgnored },
      },
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer, client, existingQueue }) => {
    const temporary = async () => await exchange('fanout', { autoDelete: true });
    const [source, other, destination] = [await temporary(), await temporary(), await temporary()];
    const [listener, onward] = [await queue(), await queue()];
    await onward.bindTo(destination);
    const sender = await producer();
    for (const each of [source, other]) {
      await listener.bindTo(each);
      await destination.bindTo(each);
      await sender.publish(each, '', 'through');
    }
    await premise(expect(onward).toReceive(['through', 'through']));
    const listening = await client({ name: 'listening' });
    const relay = await temporary();
    await relay.bindTo(await exchange('fanout'));
    const onItsChannel = await listening.channel();
    const { queue: name } = await onItsChannel.declareQueue('', {
      type: 'classic',
      exclusive: true,
      durable: false,
    });
    await onItsChannel.bindQueue(name, relay.name);
    const find = async ({ name }: { name: string }) =>
      await (await openChannel()).declareExchangePassively(name);
    const gone = ({ name }: { name: string }) => channelError(404, `NOT_FOUND - no exchange '${name}'`);

    await listener.unbindFrom(source);
    await destination.unbindFrom(other);
    await expect(find(source)).toBeAccepted();
    await expect(find(other)).toBeAccepted();
    await destination.unbindFrom(source);
    await listener.unbindFrom(other);
    await listening.close();
    const itsQueue = await existingQueue(name);
    await premise(expect(() => itsQueue.exists(), 'whether itsQueue is there').toBecome(false));

    await expect(find(source)).toBeRefused(gone(source));
    await expect(find(other)).toBeRefused(gone(other));
    await expect(find(relay)).toBeRefused(gone(relay));
    await expect(find(destination)).toBeAccepted();
  },
);

claim(
  'routing/exchange-to-exchange-arguments',
  {
    says: 'A binding between exchanges is of a routing key and arguments: an exchange that is bound to a headers exchange gets what matches its arguments, and one of two bindings that differ in either is removed by itself.',
    documented: [docs('e2e#overview'), docs('exchanges#e2e')],
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [
      mutants.bindingArgumentLost('kind'),
      mutants.anyHeaderTakenForAll,
      mutants.exchangeBindingsIgnored,
      mutants.unbindingsIgnored,
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [byHeaders, byKey] = [await exchange('headers'), await exchange('direct')];
    const [copies, logs] = [await exchange('fanout'), await queue()];
    await logs.bindTo(copies);
    const errors = { 'x-match': 'any', kind: 'error', level: 3 };
    const warnings = { 'x-match': 'any', kind: 'warning', level: 2 };
    for (const each of [errors, warnings]) await copies.bindTo(byHeaders, '', each);
    for (const key of ['error', 'warning']) await copies.bindTo(byKey, key);
    const sender = await producer({ confirms: true });
    const publishAll = async (when: string) => {
      for (const kind of ['error', 'warning', 'info']) {
        await sender.publish(byHeaders, '', { body: `${kind} by headers ${when}`, headers: { kind } });
        await sender.publish(byKey, kind, `${kind} by key ${when}`);
      }
    };

    await publishAll('before');
    await copies.unbindFrom(byHeaders, '', warnings);
    await copies.unbindFrom(byKey, 'warning');
    await publishAll('after');

    await expect(logs).toReceive([
      'error by headers before',
      'error by key before',
      'warning by headers before',
      'warning by key before',
      'error by headers after',
      'error by key after',
    ]);
  },
);
