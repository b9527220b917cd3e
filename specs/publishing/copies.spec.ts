import { claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'publishing/fanout-copies-independent',
  {
    says: 'The copies of a message in several queues have nothing to do with each other: what one consumer acknowledges or rejects, another queue still delivers.',
    documented: [docs('exchanges#fanout'), tutorial('three', 'exchanges')],
    refutedBy: [mutants.copiesSettledTogether],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/14576',
        affected: { rabbitmq: '<4.1.5' },
        happened:
          'messages at the end of a file of the message store, which queues share, were lost when it was compacted after one queue had settled others',
        seen: {
          not: 'It is rare, and takes several files of the message store, which hold 16 MiB each',
        },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer, consumer }) => {
    const logs = await exchange('fanout');
    const [screen, file, archive] = [await queue(), await queue(), await queue()];
    for (const each of [screen, file, archive]) await each.bindTo(logs);
    await (await producer()).publish(logs, '', 'Hello World!');
    const shown = await consumer(screen, { name: 'screen' });
    const written = await consumer(file, { name: 'file' });
    const [onScreen, inFile] = [await premise(shown.next()), await premise(written.next())];

    shown.ack(onScreen);
    written.reject(inFile, { requeue: false });
    for (const { channel } of [shown, written]) await channel.close();

    await expect(archive).toReceive(['Hello World!'], { name: 'archive' });
    for (const settled of [screen, file]) await premise(expect(settled).toReceive([]));
  },
);
