import { claim, docs, expect, mutants, tutorial } from '#support';

claim(
  'publishing/fanout-copies-independent',
  {
    says: 'The copies of a message in several queues have nothing to do with each other: what one consumer acknowledges or rejects, another queue still delivers.',
    documented: [docs('exchanges#fanout'), tutorial('three', 'exchanges')],
    refutedBy: [mutants.copiesSettledTogether, mutants.oneQueuePerKey],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ exchange, queue, producer, consumer }) => {
    const logs = await exchange('fanout');
    const [screen, file, archive] = [await queue(), await queue(), await queue()];
    for (const each of [screen, file, archive]) await each.bindTo(logs);
    await (await producer({ confirms: true })).publish(logs, '', 'Hello World!');

    const shown = await consumer(screen, { name: 'screen' });
    shown.ack(await shown.next());
    await shown.channel.close();
    const written = await consumer(file, { name: 'file' });
    written.reject(await written.next(), { requeue: false });
    await written.channel.close();

    expect(await screen.take()).toBeUndefined();
    expect(await file.take()).toBeUndefined();
    await expect(archive).toReceive([{ body: 'Hello World!', redelivered: false }], { name: 'archive' });
  },
);
