import { channelError, claim, docs, expect, mutants, premise, rule } from '#support';

claim(
  'routing/binding-missing-queue',
  {
    says: 'Binding a queue that does not exist is a channel error 404 that names the queue.',
    documented: [rule('queue/bind/queue/must-exist'), docs('channels#error-handling'), docs('queues#names')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorTextLost,
      mutants.errorCodeChanged(404, 403),
      mutants.errorsBeyondLatinBreakTheConnection,
      mutants.queueNamesInAscii,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/12888',
        affected: { rabbitmq: '>=3.12.0 <4.0.5' },
        happened: 'an error with letters in its text that Latin-1 does not have ended the connection',
        seen: { by: mutants.errorsBeyondLatinBreakTheConnection },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, openChannel, uniqueName, virtualHost }) => {
    const logs = await exchange('fanout');

    for (const missing of [uniqueName('queue'), uniqueName('очередь')]) {
      const bound = (await openChannel()).bindQueue(missing, logs.name);

      await expect(bound).toBeRefused(
        channelError(
          404,
          `NOT_FOUND - no queue '${missing}' in vhost '${await virtualHost()}'`,
          'queue.bind',
        ),
      );
    }
  },
);

claim(
  'routing/binding-missing-exchange',
  {
    says: 'Binding a queue to an exchange that does not exist is a channel error 404 that names the exchange.',
    documented: [rule('queue/bind/exchange/exchange-existence'), docs('channels#error-handling')],
    refutedBy: [mutants.errorsSwallowed, mutants.errorTextLost, mutants.errorCodeChanged(404, 403)],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ queue, openChannel, uniqueName, virtualHost }) => {
    const mine = await queue();
    const channel = await openChannel();
    const missing = uniqueName('logs');

    const bound = channel.bindQueue(mine.name, missing);

    await expect(bound).toBeRefused(
      channelError(
        404,
        `NOT_FOUND - no exchange '${missing}' in vhost '${await virtualHost()}'`,
        'queue.bind',
      ),
    );
  },
);

claim(
  'routing/exchange-to-exchange-missing',
  {
    says: 'Binding exchanges of which one does not exist, the source or the destination, is a channel error 404 that names it.',
    documented: [
      docs('e2e#overview'),
      docs('channels#error-handling'),
      docs('publishers#protocol-exceptions'),
    ],
    extensions: ['exchange_exchange_bindings'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorTextLost,
      mutants.errorCodeChanged(404, 403),
      mutants.exchangeBindingsIgnored,
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, openChannel, uniqueName, virtualHost }) => {
    const [logs, missing] = [await exchange('fanout'), uniqueName('missing')];
    const [first, second] = [await openChannel(), await openChannel()];
    const text = `NOT_FOUND - no exchange '${missing}' in vhost '${await virtualHost()}'`;

    const fromMissing = first.bindExchange(logs.name, missing);
    await expect(fromMissing).toBeRefused(channelError(404, text, 'exchange.bind'));
    const toMissing = second.bindExchange(missing, logs.name);

    await expect(toMissing).toBeRefused(channelError(404, text, 'exchange.bind'));
  },
);

claim(
  'routing/binding-to-reply-queue',
  {
    says: 'The name that direct reply-to gives to a requester is no queue that could be bound to an exchange: that is a channel error 403, and answers to this name go on.',
    documented: [
      docs('direct-reply-to#caveats-amqp091'),
      {
        title: 'RabbitMQ 4.3: bindings to direct reply-to are refused',
        url: 'https://github.com/rabbitmq/rabbitmq-server/pull/15935',
      },
    ],
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(403, 404)],
    tags: ['tutorial six', 'rpc'],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['direct_reply_to'],
  },
  async ({ exchange, queue, client, consumer, producer }) => {
    const [logs, requests] = [await exchange('fanout'), await queue()];
    const connection = await client({ name: 'requester' });
    const channel = await connection.channel();
    const answers = await consumer('amq.rabbitmq.reply-to', { name: 'answers', on: channel, noAck: true });
    channel.publish('', requests.name, { body: 'request', replyTo: 'amq.rabbitmq.reply-to' });
    const { properties } = await premise((await consumer(requests)).next());
    const name = String(properties['replyTo']);

    await expect((await connection.channel()).bindQueue(name, logs.name)).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'queue.bind'),
    );

    await (await producer()).sendToQueue(name, 'answer');
    expect((await answers.next()).body, 'the body of the answer').toBe('answer');
  },
);
