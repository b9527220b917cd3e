import { channelError, claim, docs, expect, mutants, rule } from '#support';

claim(
  'publishing/to-missing-exchange',
  {
    says: 'Publishing to an exchange that does not exist ends the channel with 404, and the error names the exchange: a publisher that waits for the confirm gets the error in its place.',
    documented: [
      rule('basic/publish/exchange/must-exist'),
      docs('channels#error-handling'),
      docs('publishers#amqp-0-9-1'),
      docs('publishers#protocol-exceptions'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorTextLost, mutants.confirmedTooEarly],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ producer, uniqueName, virtualHost }) => {
    const sender = await producer({ confirms: true });
    const logs = uniqueName('logs');

    const confirmed = sender.publish(logs, '', 'Hello World!');

    await expect(confirmed).toBeRefused(
      channelError(
        404,
        `NOT_FOUND - no exchange '${logs}' in vhost '${await virtualHost()}'`,
        'basic.publish',
      ),
    );
    expect(sender.channel.confirmations.size, 'confirms').toBe(0);
  },
);

claim(
  'publishing/to-missing-exchange-unconfirmed',
  {
    says: 'Without confirms nothing answers a publish to an exchange that does not exist: the 404 shows at a later operation on the channel, which is closed by then, while other channels of the connection go on.',
    documented: [docs('channels#error-handling'), docs('publishers#exception-handling')],
    refutedBy: [mutants.errorsSwallowed, mutants.channelErrorsBreakTheConnection],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, queue, uniqueName, virtualHost }) => {
    const connection = await client({ name: 'publisher' });
    const [channel, sibling] = [await connection.channel(), await connection.channel()];
    const [logs, hello] = [uniqueName('logs'), await queue()];

    channel.publish(logs, '', '1:Hello World!');
    const later = channel.declareQueuePassively(hello.name);

    const notFound = channelError(
      404,
      `NOT_FOUND - no exchange '${logs}' in vhost '${await virtualHost()}'`,
      'basic.publish',
    );
    await expect(later).toBeRefused(notFound);
    expect(() => channel.publish(logs, '', '2:Hello World!')).toThrow('404');
    const bySibling = async () => {
      sibling.publish('', hello.name, 'from the sibling');
      await sibling.settled();
    };
    await expect(bySibling()).toBeAccepted();
    expect((await hello.take())?.body, 'the body in the queue').toBe('from the sibling');
  },
);
