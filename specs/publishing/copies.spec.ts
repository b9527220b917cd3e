import { claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'publishing/fanout-copies-independent',
  {
    says: 'The copies of a message in several queues have nothing to do with each other: what one consumer acknowledges or rejects, another queue still delivers.',
    documented: [docs('exchanges#fanout'), tutorial('three', 'exchanges')],
    refutedBy: [mutants.copiesSettledTogether],
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
