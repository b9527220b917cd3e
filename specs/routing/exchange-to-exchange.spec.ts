import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'routing/exchange-to-exchange-bind',
  {
    says: 'An exchange that is bound to another gets what the other is published and what matches the binding key, never the other way round; each exchange of such a chain routes by its own type.',
    documented: [docs('e2e#overview'), docs('exchanges#e2e')],
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [
      mutants.exchangeBindingsIgnored,
      mutants.bindingKeysIgnored,
      mutants.exchangeBindingsReversed,
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [source, errors, copies] = [
      await exchange('direct'),
      await exchange('topic'),
      await exchange('fanout'),
    ];
    await errors.bindTo(source, 'error.disk');
    await copies.bindTo(errors, 'error.*');
    const [ofSource, ofCopies] = [await queue(), await queue()];
    await ofSource.bindTo(source, 'error.disk');
    await ofCopies.bindTo(copies);
    const sender = await producer();

    await sender.publish(source, 'error.disk', 'from the source');
    await sender.publish(source, 'error.network', 'without a binding');
    await sender.publish(errors, 'error.network', 'from the middle');
    await sender.publish(errors, 'info', 'without a match');
    await sender.publish(copies, 'error.disk', 'from the end');

    await expect(ofSource).toReceive(['from the source'], { name: 'source' });
    await expect(ofCopies).toReceive(
      [
        { body: 'from the source', exchange: source.name, routingKey: 'error.disk' },
        { body: 'from the middle', exchange: errors.name, routingKey: 'error.network' },
        { body: 'from the end', exchange: copies.name, routingKey: 'error.disk' },
      ],
      { name: 'copies' },
    );
  },
);

claim(
  'routing/exchange-to-exchange-cycle',
  {
    says: 'Exchanges may be bound in a circle: a message goes round once, and each queue on the way gets one copy, by however many ways it comes.',
    documented: [docs('e2e#overview')],
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [mutants.exchangeBindingsIgnored, mutants.deliveriesDuplicated],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [red, green, blue] = [await exchange('fanout'), await exchange('fanout'), await exchange('fanout')];
    await green.bindTo(red);
    await blue.bindTo(green);
    await red.bindTo(blue);
    const [ofRed, ofBlue, ofAll] = [await queue(), await queue(), await queue()];
    await ofRed.bindTo(red);
    await ofBlue.bindTo(blue);
    for (const each of [red, green, blue]) await ofAll.bindTo(each);
    const sender = await producer({ confirms: true });

    await sender.publish(red, '', 'by red');
    await sender.publish(green, '', 'by green');
    await sender.publish(blue, '', 'by blue');

    const once = ['by red', 'by green', 'by blue'];
    await expect(ofRed).toReceive(once, { name: 'of red' });
    await expect(ofBlue).toReceive(once, { name: 'of blue' });
    await expect(ofAll).toReceive(once, { name: 'of all' });
  },
);

claim(
  'routing/exchange-to-exchange-autodelete',
  {
    says: 'An auto-delete exchange goes with the last binding of which it is the source, to an exchange as to a queue; the end of bindings of which it is the destination leaves it.',
    documented: [docs('e2e#overview'), docs('exchanges#auto-deletion')],
    extensions: ['exchange_exchange_bindings', 'auto_delete_exchanges'],
    refutedBy: [mutants.autoDeleteIgnored, mutants.autoDeletedAsDestination],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer, openChannel, virtualHost }) => {
    const [source, destination] = [
      await exchange('fanout', { autoDelete: true }),
      await exchange('fanout', { autoDelete: true }),
    ];
    const listener = await queue();
    await listener.bindTo(source);
    await listener.bindTo(destination);
    await destination.bindTo(source);
    const sender = await producer();

    await listener.unbindFrom(source);
    await sender.publish(source, '', 'by the binding that is left');
    await destination.unbindFrom(source);

    await expect((await openChannel()).declareExchangePassively(source.name)).toBeRefused(
      channelError(404, `NOT_FOUND - no exchange '${source.name}' in vhost '${await virtualHost()}'`),
    );
    await expect((await openChannel()).declareExchangePassively(destination.name)).toBeAccepted();
    await sender.publish(destination, '', 'by the destination');
    await expect(listener).toReceive(['by the binding that is left', 'by the destination']);
  },
);
