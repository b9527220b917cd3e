import { claim, docs, expect, mutants, specification } from '#support';

/** What is published, with these headers; the last one matches either way. */
const documents = {
  'both and more': { format: 'pdf', type: 'report', pages: 3 },
  'format alone': { format: 'pdf' },
  'type alone': { type: 'report' },
  'another format': { format: 'zip', type: 'report' },
  'both others': { format: 'zip', type: 'log' },
  swapped: { format: 'report', type: 'pdf' },
  none: {},
  both: { format: 'pdf', type: 'report' },
};

claim(
  'routing/headers-all',
  {
    says: 'On a headers exchange, a binding with x-match all gets the messages that have every header of the binding with the same value; other headers and the routing key do not matter.',
    documented: [specification('3.1.3.4'), docs('exchanges#types')],
    refutedBy: [mutants.allHeadersTakenForAny, mutants.bindingArgumentLost('type')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer, consumer }) => {
    const archive = await exchange('headers');
    const pdfReports = await queue();
    await pdfReports.bindTo(archive, 'no such key', { 'x-match': 'all', format: 'pdf', type: 'report' });
    const sender = await producer();

    for (const [body, headers] of Object.entries(documents))
      await sender.publish(archive, '', { body, headers });

    await expect(await consumer(pdfReports)).toReceive(['both and more', 'both']);
  },
);

claim(
  'routing/headers-any',
  {
    says: 'On a headers exchange, a binding with x-match any gets the messages that have at least one header of the binding with the same value.',
    documented: [specification('3.1.3.4'), docs('exchanges#types')],
    refutedBy: [mutants.anyHeaderTakenForAll, mutants.bindingArgumentLost('type')],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer, consumer }) => {
    const archive = await exchange('headers');
    const pdfsAndReports = await queue();
    await pdfsAndReports.bindTo(archive, 'no such key', { 'x-match': 'any', format: 'pdf', type: 'report' });
    const sender = await producer();

    for (const [body, headers] of Object.entries(documents))
      await sender.publish(archive, '', { body, headers });

    await expect(await consumer(pdfsAndReports)).toReceive([
      'both and more',
      'format alone',
      'type alone',
      'another format',
      'both',
    ]);
  },
);
