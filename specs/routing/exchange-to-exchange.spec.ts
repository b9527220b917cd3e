import { channelError, claim, docs, expect, mutants, premise } from '#support';

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
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
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
    const find = async ({ name }: { name: string }) =>
      await (await openChannel()).declareExchangePassively(name);
    const gone = ({ name }: { name: string }) => channelError(404, `NOT_FOUND - no exchange '${name}'`);

    await listener.unbindFrom(source);
    await destination.unbindFrom(other);
    await expect(find(source)).toBeAccepted();
    await expect(find(other)).toBeAccepted();
    await destination.unbindFrom(source);
    await listener.unbindFrom(other);

    await expect(find(source)).toBeRefused(gone(source));
    await expect(find(other)).toBeRefused(gone(other));
    await expect(find(destination)).toBeAccepted();
  },
);
