import { channelError, claim, docs, expect, mutants, specification } from '#support';

/** Where the headers exchange is explained in full. */
const concepts = {
  title: 'RabbitMQ: the AMQP 0-9-1 model explained, headers exchange',
  url: 'https://www.rabbitmq.com/tutorials/amqp-concepts#exchange-headers',
};

/** What is published, with these headers; the last one matches either way. */
const documents = [
  { body: 'both and more', headers: { format: 'pdf', type: 'report', pages: 3 } },
  { body: 'format alone', headers: { format: 'pdf' } },
  { body: 'type alone', headers: { type: 'report' } },
  { body: 'another format', headers: { format: 'zip', type: 'report' } },
  { body: 'both others', headers: { format: 'zip', type: 'log' } },
  { body: 'swapped', headers: { format: 'report', type: 'pdf' } },
  { body: 'none', headers: {} },
  { body: 'both', headers: { format: 'pdf', type: 'report' } },
];

claim(
  'routing/headers-all',
  {
    says: 'On a headers exchange, a binding with x-match all gets the messages that have every header of the binding with the same value; other headers and the routing key do not matter.',
    documented: [specification('3.1.3.4'), docs('exchanges#types')],
    queueTypes: { stream: true },
    refutedBy: [mutants.allHeadersTakenForAny, mutants.bindingArgumentLost('type')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const archive = await exchange('headers');
    const pdfReports = await queue();
    await pdfReports.bindTo(archive, 'no such key', { 'x-match': 'all', format: 'pdf', type: 'report' });
    const sender = await producer();

    await sender.publish(archive, '', documents);

    await expect(pdfReports).toReceive(['both and more', 'both']);
  },
);

claim(
  'routing/headers-any',
  {
    says: 'On a headers exchange, a binding with x-match any gets the messages that have at least one header of the binding with the same value.',
    documented: [specification('3.1.3.4'), docs('exchanges#types')],
    queueTypes: { stream: true },
    refutedBy: [mutants.anyHeaderTakenForAll, mutants.bindingArgumentLost('type')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const archive = await exchange('headers');
    const pdfsAndReports = await queue();
    await pdfsAndReports.bindTo(archive, 'no such key', { 'x-match': 'any', format: 'pdf', type: 'report' });
    const sender = await producer();

    await sender.publish(archive, '', documents);

    await expect(pdfsAndReports).toReceive([
      'both and more',
      'format alone',
      'type alone',
      'another format',
      'both',
    ]);
  },
);

claim(
  'routing/headers-presence',
  {
    says: 'A header that a binding of a headers exchange names without a value (void) matches by being there, whatever its value.',
    documented: [specification('3.1.3.4')],
    queueTypes: { stream: true },
    refutedBy: [mutants.voidHeadersTakenForEmpty, mutants.bindingArgumentLost('format')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const archive = await exchange('headers');
    const formatted = await queue();
    await formatted.bindTo(archive, '', { 'x-match': 'all', format: null });
    const sender = await producer();

    await sender.publish(archive, '', { body: 'text', headers: { format: 'pdf' } });
    await sender.publish(archive, '', { body: 'number', headers: { format: 7, type: 'log' } });
    await sender.publish(archive, '', { body: 'another header', headers: { type: 'log' } });
    await sender.publish(archive, '', { body: 'empty', headers: { format: '' } });

    await expect(formatted).toReceive(['text', 'number', 'empty']);
  },
);

claim(
  'routing/headers-invalid-xmatch',
  {
    says: 'An x-match that a headers exchange does not know, or that is no string, is a channel error 406; a binding without x-match is one with all.',
    documented: [specification('3.1.3.4'), concepts],
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.headersMatchedByDefault('any'),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'any x-match was taken',
        seen: { by: mutants.errorsSwallowed },
      },
    ],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const archive = await exchange('headers');
    const pdfReports = await queue();
    const sender = await producer();

    for (const unknown of ['some', 'ALL', '', 1, true]) {
      const channel = await openChannel();
      await expect(
        channel.bindQueue(pdfReports.name, archive.name, '', { 'x-match': unknown, format: 'pdf' }),
      ).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'queue.bind'));
    }
    await pdfReports.bindTo(archive, '', { format: 'pdf', type: 'report' });
    await sender.publish(archive, '', documents);

    await expect(pdfReports).toReceive(['both and more', 'both']);
  },
);

claim(
  'routing/headers-types',
  {
    says: 'A headers exchange compares values with their types: the number 7, the text 7 and true are three values, while integers of any size are the same if they are equal.',
    documented: [specification('3.1.3.4')],
    queueTypes: { stream: true },
    refutedBy: [mutants.headersTakenForText],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const archive = await exchange('headers');
    const [ofNumber, ofText, ofTrue] = [await queue(), await queue(), await queue()];
    await ofNumber.bindTo(archive, '', { 'x-match': 'all', value: 7 });
    await ofText.bindTo(archive, '', { 'x-match': 'all', value: '7' });
    await ofTrue.bindTo(archive, '', { 'x-match': 'all', value: true });
    const sender = await producer();

    for (const value of [7, '7', true, 'true', 1, { '!': 'long', value: 7 }, { '!': 'short', value: 7 }, 7.5])
      await sender.publish(archive, '', { body: JSON.stringify(value), headers: { value } });

    await expect(ofNumber).toReceive(['7', '{"!":"long","value":7}', '{"!":"short","value":7}'], {
      name: 'of the number',
    });
    await expect(ofText).toReceive(['"7"'], { name: 'of the text' });
    await expect(ofTrue).toReceive(['true'], { name: 'of true' });
  },
);

claim(
  'routing/headers-with-x',
  {
    says: 'Headers whose names begin with x- take no part in the matches of all and any, on either side, but in those of all-with-x and any-with-x.',
    documented: [concepts],
    queueTypes: { stream: true },
    refutedBy: [
      mutants.headersWithXTakenForPlain,
      mutants.plainHeadersTakenForWithX,
      mutants.allHeadersTakenForAny,
      mutants.anyHeaderTakenForAll,
    ],
    tags: ['routing and topics'],
    appliesTo: { rabbitmq: '>=3.10' },
  },
  async ({ exchange, queue, producer }) => {
    const archive = await exchange('headers');
    const bound = async (match: string) => {
      const each = await queue();
      await each.bindTo(archive, '', { 'x-match': match, 'x-format': 'pdf', type: 'report' });
      return each;
    };
    const [all, any] = [await bound('all'), await bound('any')];
    const [allWithX, anyWithX] = [await bound('all-with-x'), await bound('any-with-x')];
    const sender = await producer();

    await sender.publish(archive, '', { body: 'both', headers: { 'x-format': 'pdf', type: 'report' } });
    await sender.publish(archive, '', { body: 'type alone', headers: { type: 'report' } });
    await sender.publish(archive, '', { body: 'x-format alone', headers: { 'x-format': 'pdf' } });
    await sender.publish(archive, '', { body: 'none', headers: { type: 'log' } });

    await expect(all).toReceive(['both', 'type alone'], { name: 'all' });
    await expect(any).toReceive(['both', 'type alone'], { name: 'any' });
    await expect(allWithX).toReceive(['both'], { name: 'all-with-x' });
    await expect(anyWithX).toReceive(['both', 'type alone', 'x-format alone'], { name: 'any-with-x' });
  },
);
