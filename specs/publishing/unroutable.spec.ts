import { claim, docs, expect, mutants, premise, replyText, rule, tutorial } from '#support';

claim(
  'publishing/unroutable-dropped',
  {
    says: 'Without mandatory, a message that no queue gets is dropped without a word: the publisher is told nothing, and a queue that is declared later never gets it.',
    documented: [docs('publishers#unroutable'), tutorial('one', 'sending')],
    queueTypes: { stream: true },
    refutedBy: [mutants.everythingMandatory, mutants.publishedForLaterQueues],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, queue, uniqueName }) => {
    const sender = await producer();
    const name = uniqueName('hello');

    await sender.sendToQueue(name, 'dropped');

    expect(sender.returned, 'what was returned').toHaveLength(0);
    expect(sender.channel.open, 'whether the channel is open').toBe(true);
    const hello = await queue({ name });
    await sender.sendToQueue(hello, 'Hello World!');
    await expect(hello).toReceive(['Hello World!']);
  },
);

claim(
  'publishing/mandatory-return',
  {
    says: 'A mandatory message that no queue gets comes back with 312 NO_ROUTE and its original content; one that a queue gets does not.',
    documented: [
      docs('publishers#unroutable'),
      rule('basic/publish/mandatory/01'),
      docs('publishers#amqp-0-9-1'),
    ],
    refutedBy: [
      mutants.mandatoryIgnored,
      mutants.returnCodeChanged(313, 'NO_CONSUMERS'),
      mutants.returnedBodiesLost,
      mutants.propertyLost('headers'),
    ],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, exchange, queue }) => {
    const sender = await producer();
    const logs = await exchange('direct');
    const errors = await queue();
    await errors.bindTo(logs, 'error');
    const properties = {
      contentType: 'text/plain',
      contentEncoding: 'identity',
      headers: { host: 'alpha' },
      correlationId: '6',
      replyTo: 'operators',
      messageId: '7',
      timestamp: 1_700_000_000,
      type: 'log',
      appId: 'engine',
    };

    await sender.publish(logs, 'error', 'It exploded.', { mandatory: true });
    await sender.publish(logs, 'info', { body: 'It is hot.', ...properties }, { mandatory: true });

    const returned = sender.returned.map(({ body, replyCode }) => ({ body, replyCode }));
    expect(returned, 'what was returned').toEqual([{ body: 'It is hot.', replyCode: 312 }]);
    expect(sender.returned[0], 'what was returned').toMatchObject({
      replyText: replyText('NO_ROUTE'),
      properties,
    });
    await premise(expect(errors).toReceive(['It exploded.']));
  },
);
