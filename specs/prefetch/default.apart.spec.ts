import { claim, docs, expect, mutants, numbered } from '#support';

claim(
  'prefetch/default-config',
  {
    says: 'A default prefetch that the broker is configured with limits the consumers whose channel has set none; a limit of their own goes before it.',
    documented: [docs('consumer-prefetch#default-limit')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.defaultPrefetchIgnored, mutants.prefetchIgnored],
    needs: ['ctl'],
  },
  async ({ queue, consumer, producer, broker }) => {
    const [letters, parcels] = [await queue(), await queue()];
    const sender = await producer();
    await sender.sendToQueue(letters, numbered(1, 5));
    await sender.sendToQueue(parcels, numbered(1, 5));

    await broker.whileSet('default_consumer_prefetch', '{false, 2}', async () => {
      const careless = await consumer(letters, { name: 'careless' });
      const careful = await consumer(parcels, { name: 'careful', prefetch: 3 });

      await expect(careless).toReceive(numbered(1, 2));
      await expect(careful).toReceive(numbered(1, 3));
    });
  },
);
