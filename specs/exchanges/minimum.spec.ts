import { claim, expect, mutants, rule } from '#support';

claim(
  'exchanges/minimum',
  {
    says: 'A virtual host has room for at least 16 exchanges of its clients, and each of them routes.',
    documented: [rule('exchange/declare/minimum')],
    refutedBy: [mutants.exchangesLimitedTo(15)],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, queue, exchange, producer, uniqueName }) => {
    const [channel, sender, log] = [await openChannel(), await producer(), await queue()];
    const names = Array.from({ length: 16 }, (_, index) => uniqueName(`logs-${index + 1}`));

    for (const name of names) {
      await expect(channel.declareExchange(name, 'fanout', { durable: true })).toBeAccepted();
      await log.bindTo(await exchange('fanout', { name, durable: true }));
    }
    for (const name of names) await sender.publish(name, '', `to ${name}`);

    await expect(log).toReceive(names.map((name) => `to ${name}`));
  },
);
