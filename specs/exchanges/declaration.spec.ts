import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  releaseNotes,
  rule,
  specification,
} from '#support';

claim(
  'exchanges/types-required',
  {
    says: 'Exchanges of the types direct, fanout, topic and headers can be declared, durable or not, and each is of the type and durability that were asked for.',
    documented: [
      docs('exchanges#types'),
      rule('exchange/required-types'),
      rule('exchange/recommended-types'),
      specification('3.1.3.1', 1),
      specification('3.1.3.3', 2),
      specification('3.1.3.4', 1),
      docs('publishers#routing'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.exchangeTypeTakenFor('headers', 'fanout'),
      mutants.exchangeTypeTakenFor('topic', 'direct'),
      mutants.transientExchangesKept,
      mutants.exchangeDurabilityForgotten,
    ],
    tags: ['routing and topics'],
    needs: ['management'],
  },
  async ({ openChannel, management, virtualHost, uniqueName }) => {
    const [channel, prefix] = [await openChannel(), uniqueName('exchange')];
    const types = ['direct', 'fanout', 'headers', 'topic'];

    for (const type of types) {
      for (const durable of [true, false]) {
        const name = `${prefix}.${type}.${durable}`;
        await expect(channel.declareExchange(name, type, { durable })).toBeAccepted();
      }
    }

    const listed = (await management.in(await virtualHost()).exchanges.list())
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, type, durable }) => ({ name, type, durable }));
    for (const type of types) {
      expect(listed).toContainEqual({ name: `${prefix}.${type}.true`, type, durable: true });
      expect(listed).toContainEqual({ name: `${prefix}.${type}.false`, type, durable: false });
    }
  },
);

claim(
  'exchanges/type-unknown',
  {
    says: 'From 3.13.3 on, declaring an exchange of a type that the broker does not know is a channel error 406.',
    documented: [rule('exchange/declare/type/support'), releaseNotes('3.13.3')],
    appliesTo: { rabbitmq: '>=3.13.3' },
    succeeds: 'exchanges/type-unknown-ends-connection',
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.channelErrorsBreakTheConnection,
      mutants.errorCodeChanged(406, 503),
    ],
    tags: ['routing and topics'],
  },
  async ({ openChannel, uniqueName }) => {
    const channel = await openChannel();

    const declaring = channel.declareExchange(uniqueName('pyramid'), 'pyramid');

    await expect(declaring).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - unknown exchange type 'pyramid'`, 'exchange.declare'),
    );
  },
);

claim(
  'exchanges/type-unknown-ends-connection',
  {
    says: 'Declaring an exchange of a type that the broker does not know ends the connection with 503, as the specification asks for; RabbitMQ does so up to 3.13.2.',
    documented: [rule('exchange/declare/type/support'), releaseNotes('3.13.3')],
    appliesTo: { rabbitmq: '<3.13.3', '*': '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorCodeChanged(503, 406), mutants.exchangeTypeTakenFor('pyramid', 'direct')],
    tags: ['routing and topics'],
  },
  async ({ client, uniqueName }) => {
    const connection = await client();

    const declaring = (await connection.channel()).declareExchange(uniqueName('pyramid'), 'pyramid');

    await expect(declaring).toBeRefused(
      connectionError(503, `COMMAND_INVALID - unknown exchange type 'pyramid'`),
    );
    expect(connection.open, 'whether the connection is open').toBe(false);
  },
);

claim(
  'exchanges/name-reserved',
  {
    says: 'Names that begin with amq. are the broker’s: declaring a new exchange with such a name is a channel error 403, and declaring one that is there, as what it is or passively, is allowed.',
    documented: [
      rule('exchange/declare/exchange/reserved'),
      docs('spec-differences#amq-exchange-immutability'),
      specification('3.1.10', 1),
    ],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(403, 406),
      mutants.reservedNamesNeverFound,
      mutants.exchangeDurabilityForgotten,
    ],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, uniqueName }) => {
    const reserved = `amq.${uniqueName('mine')}`;

    await expect((await openChannel()).declareExchange(reserved, 'direct')).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'exchange.declare'),
    );
    await expect((await openChannel()).declareExchange('amq.topic', 'topic')).toBeAccepted();
    await expect((await openChannel()).declareExchangePassively('amq.topic')).toBeAccepted();
  },
);

claim(
  'exchanges/redeclare-same',
  {
    says: 'The first of two equal declarations makes the exchange and the second changes nothing: its bindings stay.',
    documented: [rule('exchange/declare/passive/equivalent'), docs('exchanges#properties')],
    refutedBy: [mutants.exchangeRedeclarationsRefused, mutants.redeclaredExchangesMadeAnew],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, queue, producer, uniqueName }) => {
    const logs = uniqueName('logs');
    const first = await (await client({ name: 'first' })).channel();
    const second = await (await client({ name: 'second' })).channel();
    await first.declareExchange(logs, 'fanout', { durable: true });
    const bound = await queue();
    await bound.bindTo(logs);

    await expect(second.declareExchange(logs, 'fanout', { durable: true })).toBeAccepted();

    await (await producer()).publish(logs, '', 'still bound');
    await expect(bound).toReceive(['still bound']);
  },
);

claim(
  'exchanges/redeclare-differs',
  {
    says: 'Redeclaring an exchange with another type, durability, auto-delete or internal flag is a channel error 406 that names what differs, and the exchange stays what it is.',
    documented: [
      rule('exchange/declare/type/typed'),
      rule('exchange/declare/passive/equivalent'),
      docs('channels#error-handling'),
    ],
    extensions: ['auto_delete_exchanges', 'internal_exchanges'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.exchangeTypeTakenFor('topic', 'fanout'),
      mutants.transientExchangesKept,
      mutants.autoDeleteIgnored,
      mutants.internalIgnored,
      mutants.errorCodeChanged(406, 405),
      mutants.exchangeDurabilityForgotten,
    ],
    tags: ['tutorial three', 'publish/subscribe'],
    needs: ['management'],
  },
  async ({ exchange, openChannel, management, virtualHost }) => {
    const logs = await exchange('fanout', { durable: true });
    const inequivalent = (what: string) =>
      channelError(
        406,
        `PRECONDITION_FAILED - inequivalent arg '${what}' for exchange '${logs.name}'`,
        'exchange.declare',
      );

    await expect((await openChannel()).declareExchange(logs.name, 'topic')).toBeRefused(inequivalent('type'));
    await expect((await openChannel()).declareExchange(logs.name, 'fanout', { durable: false })).toBeRefused(
      inequivalent('durable'),
    );
    await expect(
      (await openChannel()).declareExchange(logs.name, 'fanout', { autoDelete: true }),
    ).toBeRefused(inequivalent('auto_delete'));
    await expect((await openChannel()).declareExchange(logs.name, 'fanout', { internal: true })).toBeRefused(
      inequivalent('internal'),
    );

    const unchanged = { type: 'fanout', durable: true, auto_delete: false, internal: false };
    expect(await management.in(await virtualHost()).exchanges.get(logs.name)).toMatchObject(unchanged);
  },
);

claim(
  'exchanges/args-unknown-ignored',
  {
    says: 'The arguments of an exchange may have any keys: those that the broker does not know are kept and shown, and do not count when the exchange is declared again.',
    documented: [docs('exchanges#optional-arguments')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.argumentsComparedByOctets,
      mutants.exchangeArgumentLost('x-team'),
      mutants.exchangeRedeclarationsRefused,
    ],
    tags: ['routing and topics'],
    needs: ['management'],
  },
  async ({ exchange, openChannel, management, virtualHost }) => {
    const logs = await exchange('fanout', { arguments: { 'x-team': 'red' } });
    const channel = await openChannel();

    const other = { 'x-team': 'blue', floor: 3 };
    await expect(channel.declareExchange(logs.name, 'fanout', { arguments: other })).toBeAccepted();
    await expect(channel.declareExchange(logs.name, 'fanout')).toBeAccepted();

    const { arguments: kept } = await management.in(await virtualHost()).exchanges.get(logs.name);
    expect(kept, 'the arguments that were kept').toEqual({ 'x-team': 'red' });
  },
);

claim(
  'exchanges/ae-arg-equivalence',
  {
    says: 'Redeclaring an exchange with another alternate exchange in its arguments, or without it, is a channel error 406, and the exchange keeps the first.',
    documented: [docs('ae#define-using-arguments'), rule('exchange/declare/passive/equivalent')],
    extensions: ['alternate_exchanges'],
    refutedBy: [mutants.exchangeArgumentLost('alternate-exchange'), mutants.errorCodeChanged(406, 405)],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const [lost, other] = [await exchange('fanout'), await exchange('fanout')];
    const logs = await exchange('direct', { arguments: { 'alternate-exchange': lost.name } });
    const [found, missed] = [await queue(), await queue()];
    await found.bindTo(lost);
    await missed.bindTo(other);
    const inequivalent = channelError(
      406,
      `PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange '${logs.name}'`,
      'exchange.declare',
    );

    const toOther = { arguments: { 'alternate-exchange': other.name } };
    await expect((await openChannel()).declareExchange(logs.name, 'direct', toOther)).toBeRefused(
      inequivalent,
    );
    await expect((await openChannel()).declareExchange(logs.name, 'direct')).toBeRefused(inequivalent);

    const sender = await producer();
    await sender.publish(logs, 'nobody', 'unrouted');
    await sender.sendToQueue(missed, 'the only one');
    await expect(found).toReceive(['unrouted'], { name: 'found' });
    await expect(missed).toReceive(['the only one'], { name: 'missed' });
  },
);

claim(
  'exchanges/passive-missing',
  {
    says: 'A passive declaration of an exchange that is not there is a channel error 404, and does not make it; of one that is there it succeeds, whatever its type.',
    documented: [rule('exchange/declare/passive/not-found'), docs('channels#error-handling')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.passiveIgnored,
      mutants.errorCodeChanged(404, 406),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, exchange, uniqueName }) => {
    const missing = uniqueName('missing');
    const present = [await exchange('direct'), await exchange('fanout'), await exchange('topic')];
    const find = async (name: string) => await (await openChannel()).declareExchangePassively(name);
    const notFound = channelError(404, `NOT_FOUND - no exchange '${missing}'`, 'exchange.declare');

    await expect(find(missing)).toBeRefused(notFound);
    await expect(find(missing)).toBeRefused(notFound);
    for (const { name } of present) await expect(find(name)).toBeAccepted();
  },
);
