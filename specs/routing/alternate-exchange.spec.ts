import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'routing/alternate-exchange-routes-unrouted',
  {
    says: 'What an exchange can route nowhere goes to its alternate exchange, and unchanged; if that routes it, it counts as routed, and is not returned though mandatory.',
    documented: [
      docs('ae#how-it-works'),
      docs('ae#define-using-arguments'),
      docs('publishers#amqp-0-9-1'),
      docs('publishers#unroutable'),
      docs('exchanges#ae'),
    ],
    extensions: ['alternate_exchanges'],
    refutedBy: [
      mutants.exchangeArgumentLost('alternate-exchange'),
      mutants.alternatelyRoutedReturned,
      mutants.deliveryExchangeForgotten,
      mutants.deliveryRoutingKeyForgotten,
      mutants.propertyIgnored('message-id'),
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const unrouted = await exchange('fanout');
    const logs = await exchange('direct', { arguments: { 'alternate-exchange': unrouted.name } });
    const [errors, rest] = [await queue(), await queue()];
    await errors.bindTo(logs, 'error');
    await rest.bindTo(unrouted);
    const sender = await producer();

    await sender.publish(logs, 'error', 'routed', { mandatory: true });
    const properties = { messageId: '2', contentType: 'text/plain', headers: { disk: 'full' } };
    await sender.publish(logs, 'info', { body: 'unrouted', ...properties }, { mandatory: true });

    expect(sender.returned, 'what was returned').toEqual([]);
    await premise(expect(errors).toReceive(['routed'], { name: 'errors' }));
    await expect(rest).toReceive(
      [{ body: 'unrouted', exchange: logs.name, routingKey: 'info', properties }],
      { name: 'rest' },
    );
  },
);

claim(
  'routing/alternate-exchange-missing',
  {
    says: 'An alternate exchange that does not exist is no error, neither when it is named nor when a message is to go there: the message is dropped, or returned if it is mandatory, and once it is declared it gets them instead.',
    documented: [docs('ae#how-it-works')],
    extensions: ['alternate_exchanges'],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.missingAlternatesRefused,
      mutants.mandatoryIgnored,
      mutants.exchangeArgumentLost('alternate-exchange'),
      mutants.everythingMandatory,
      mutants.alternatelyRoutedReturned,
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer, uniqueName }) => {
    const name = uniqueName('unrouted');
    const sender = await producer();

    const declaring = exchange('direct', { arguments: { 'alternate-exchange': name } });
    await expect(declaring).toBeAccepted();
    const logs = await declaring;
    await expect(sender.publish(logs, 'info', 'dropped')).toBeAccepted();
    await expect(sender.publish(logs, 'info', 'returned', { mandatory: true })).toBeAccepted();
    const rest = await queue();
    await rest.bindTo(await exchange('fanout', { name }));
    await sender.publish(logs, 'info', 'unrouted', { mandatory: true });

    expect(
      sender.returned.map(({ body }) => body),
      'what was returned',
    ).toEqual(['returned']);
    await expect(rest).toReceive(['unrouted']);
  },
);

claim(
  'routing/alternate-exchange-chain-cycle',
  {
    says: 'An alternate exchange that routes nowhere hands on to its own, and so forth, until a queue gets the message; a chain that comes back to an exchange that has tried already ends there, and the message is unroutable.',
    documented: [docs('ae#how-it-works')],
    extensions: ['alternate_exchanges'],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.exchangeArgumentLost('alternate-exchange'),
      mutants.mandatoryIgnored,
      mutants.alternatelyRoutedReturned,
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer, uniqueName }) => {
    const [first, second, third] = [uniqueName('first'), uniqueName('second'), uniqueName('third')];
    await exchange('direct', { name: first, arguments: { 'alternate-exchange': second } });
    await exchange('direct', { name: second, arguments: { 'alternate-exchange': third } });
    await exchange('direct', { name: third, arguments: { 'alternate-exchange': first } });
    const [ofFirst, ofThird] = [await queue(), await queue()];
    await ofFirst.bindTo(first, 'known to the first');
    await ofThird.bindTo(third, 'known to the third');
    const sender = await producer();

    await sender.publish(first, 'known to the third', 'twice handed on', { mandatory: true });
    await sender.publish(third, 'known to the first', 'once handed on', { mandatory: true });
    await sender.publish(second, 'known to none', 'round and out', { mandatory: true });

    expect(
      sender.returned.map(({ body }) => body),
      'what was returned',
    ).toEqual(['round and out']);
    await expect(ofThird).toReceive(['twice handed on'], { name: 'third' });
    await expect(ofFirst).toReceive(['once handed on'], { name: 'first' });
  },
);

claim(
  'routing/alternate-exchange-policy-precedence',
  {
    says: 'A policy gives exchanges an alternate exchange, but one that names its own when it is declared keeps that.',
    documented: [
      docs('ae#define'),
      docs('ae#define-using-policy'),
      docs('exchanges#optional-arguments-precedence'),
    ],
    extensions: ['alternate_exchanges'],
    refutedBy: [mutants.policiesIgnored, mutants.exchangeArgumentLost('alternate-exchange')],
    tags: ['routing and topics'],
    needs: ['policies'],
  },
  async ({ uniqueName, exchange, queue, producer, policy }) => {
    const [ofPolicy, ofArgument] = [await queue(), await queue()];
    const [byPolicy, byArgument] = [await exchange('fanout'), await exchange('fanout')];
    await ofPolicy.bindTo(byPolicy);
    await ofArgument.bindTo(byArgument);
    const [plain, own] = [uniqueName('logs'), uniqueName('logs')];
    await policy('exchanges', [plain, own], { 'alternate-exchange': byPolicy.name });

    await exchange('direct', { name: plain });
    await exchange('direct', { name: own, arguments: { 'alternate-exchange': byArgument.name } });
    const sender = await producer();
    await sender.publish(plain, 'info', 'by the policy');
    await sender.publish(own, 'info', 'by the argument');

    await expect(ofPolicy).toReceive(['by the policy'], { name: 'of the policy' });
    await expect(ofArgument).toReceive(['by the argument'], { name: 'of the argument' });
  },
);
