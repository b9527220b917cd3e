import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'publisher-confirms/unroutable',
  {
    says: 'A message that no queue gets is confirmed with an ack all the same: a confirm does not say that anybody got it.',
    documented: [docs('confirms#when-publishes-are-confirmed')],
    extensions: ['publisher_confirms'],
    queueTypes: { stream: true },
    refutedBy: [mutants.confirmLost(1), mutants.acksTakenForNacks],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, queue, uniqueName }) => {
    const sender = await producer({ confirms: true });
    const hello = await queue();

    const dropped = await sender.sendToQueue(uniqueName('nowhere'), 'dropped');

    expect(dropped, 'the confirm of what is dropped').toEqual(['ack']);
    await sender.sendToQueue(hello, 'queued');
    await premise(expect(hello).toReceive(['queued']));
  },
);

claim(
  'publisher-confirms/unroutable-mandatory',
  {
    says: 'A mandatory message that no queue gets is returned first and acked afterwards, each time.',
    documented: [docs('confirms#when-publishes-are-confirmed'), docs('publishers#unroutable')],
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.mandatoryIgnored, mutants.returnsAfterConfirms, mutants.confirmLost(3)],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ producer, uniqueName }) => {
    const sender = await producer({ confirms: true });
    const nowhere = uniqueName('nowhere');
    const arrived: string[] = [];
    sender.channel.on('change', () => {
      arrived.push(`${sender.returned.length} returned, ${sender.channel.confirmations.size} confirmed`);
    });

    for (const body of ['1', '2', '3'])
      expect(await sender.sendToQueue(nowhere, body, { mandatory: true })).toEqual(['ack']);

    expect(
      sender.returned.map(({ body }) => body),
      'what was returned',
    ).toEqual(['1', '2', '3']);
    expect(arrived, 'what the broker said, in order').toEqual([
      '1 returned, 0 confirmed',
      '1 returned, 1 confirmed',
      '2 returned, 1 confirmed',
      '2 returned, 2 confirmed',
      '3 returned, 2 confirmed',
      '3 returned, 3 confirmed',
    ]);
  },
);
