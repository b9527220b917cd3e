import { claim, docs, expect, mutants, replyText, rule, tutorial } from '#support';

claim(
  'publishing/unroutable-dropped',
  {
    says: 'Without mandatory, a message that no queue gets is dropped without a word: the publisher is told nothing, and a queue that is declared later never gets it.',
    documented: [docs('publishers#unroutable'), tutorial('one', 'sending')],
    refutedBy: [mutants.everythingMandatory, mutants.publishedForLaterQueues],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, queue, uniqueName }) => {
    const sender = await producer();
    const name = uniqueName('hello');

    await sender.sendToQueue(name, 'dropped');

    expect(sender.returned).toHaveLength(0);
    expect(sender.channel.open).toBe(true);
    const hello = await queue({ name });
    await sender.sendToQueue(hello, 'Hello World!');
    await expect(hello).toReceive(['Hello World!']);
  },
);

claim(
  'publishing/mandatory-return',
  {
    says: 'A mandatory message that no queue gets comes back with 312 NO_ROUTE and its original content; one that a queue gets does not.',
    documented: [docs('publishers#unroutable'), rule('basic/publish/mandatory/01')],
    refutedBy: [
      mutants.mandatoryIgnored,
      mutants.returnCodeChanged(313, 'NO_CONSUMERS'),
      mutants.returnedBodiesLost,
    ],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, exchange, queue }) => {
    const sender = await producer();
    const logs = await exchange('direct');
    const errors = await queue();
    await errors.bindTo(logs, 'error');
    const content = {
      body: 'It exploded.',
      contentType: 'text/plain',
      messageId: '7',
      headers: { host: 'alpha' },
    };

    await sender.publish(logs, 'error', content, { mandatory: true });
    await sender.publish(logs, 'info', content, { mandatory: true });

    expect(sender.returned).toHaveLength(1);
    const [returned] = sender.returned;
    expect(returned).toMatchObject({
      replyCode: 312,
      replyText: replyText('NO_ROUTE'),
      exchange: logs.name,
      routingKey: 'info',
    });
    expect(returned?.body).toBe('It exploded.');
    expect(returned?.properties).toMatchObject({
      contentType: 'text/plain',
      messageId: '7',
      headers: { host: 'alpha' },
    });
    await expect(errors).toReceive([{ body: 'It exploded.', routingKey: 'error' }]);
  },
);
