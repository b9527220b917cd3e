import { claim, connectionError, docs, expect, mutants } from '#support';

claim(
  'virtual-hosts/consumers-per-channel',
  {
    says: 'A broker that is configured to allow two consumers on each channel refuses a third with 530, and ends the connection; another channel may have two too, and one that is cancelled makes room.',
    documented: [docs('consumers#limiting-the-number-of-consumers-per-channel'), docs('limits#per-channel')],
    appliesTo: { rabbitmq: '>=4.0' },
    refutedBy: [
      mutants.errorCodeChanged(530, 406),
      mutants.cancellationsIgnored,
      mutants.consumerOnlyAnswered(6),
    ],
    needs: ['ctl'],
  },
  async ({ queue, client, broker }) => {
    const tasks = await queue();

    await broker.whileSet('consumer_max_per_channel', '2', async () => {
      const worker = await client({ name: 'worker' });
      const [one, another] = [await worker.channel(), await worker.channel()];
      const first = await one.consume(tasks.name);
      for (const channel of [one, another, another]) await expect(channel.consume(tasks.name)).toBeAccepted();
      await one.cancel(first);
      await expect(one.consume(tasks.name)).toBeAccepted();

      await expect(one.consume(tasks.name)).toBeRefused(
        connectionError(530, /NOT_ALLOWED - .*consumers per channel/),
      );
    });
  },
);
