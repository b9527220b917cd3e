import { channelError, claim, docs, expect, mutants, premise } from '#support';

/** Releases from 4.0 on look at the second of the two places alone, and earlier ones at the first. */
const largestMessageOfThousandOctets = {
  name: 'max_message_size',
  make:
    '{ok, Before} = application:get_env(rabbit, max_message_size), ' +
    'application:set_env(rabbit, max_message_size, 1000), persistent_term:put(max_message_size, 1000), Before',
  undo: (before: string) =>
    `application:set_env(rabbit, max_message_size, ${before}), persistent_term:put(max_message_size, ${before})`,
};

claim(
  'virtual-hosts/message-size',
  {
    says: 'A broker that is configured to take messages of 1000 octets takes one of 1000; one of 1001 is refused with 406 and told both sizes, its channel is closed, and it gets to no queue.',
    documented: [docs('limits#per-node')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.errorsSwallowed, mutants.bodiesRefused(1000), mutants.errorCodeChanged(406, 311)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/3398',
        affected: { rabbitmq: '*' },
        happened: 'the largest size that can be configured was taken for too large',
        seen: { not: 'The number is checked when a broker reads its configuration file.' },
      },
    ],
    needs: ['ctl'],
  },
  async ({ broker, client, queue }) => {
    const letters = await queue();
    const connection = await client({ name: 'sender' });

    await broker.whileChanged(largestMessageOfThousandOctets, async () => {
      const [careful, careless] = [await connection.channel(), await connection.channel()];
      const largest = 'x'.repeat(1000);
      careful.publish('', letters.name, largest);
      const reader = await letters.consumer();
      await expect(reader).toReceive([largest]);
      careless.publish('', letters.name, `${largest}y`);

      await expect(careless).toBeRefused(
        channelError(406, /PRECONDITION_FAILED - message size 1001 .*larger than .*1000/, 'basic.publish'),
      );
      careful.publish('', letters.name, 'afterwards');
      await expect(reader).toReceive([largest, 'afterwards']);
    });
  },
);

claim(
  'virtual-hosts/vhost-max',
  {
    says: 'Where as many virtual hosts are there as the broker is configured to allow, another one is not made, and those that are there go on.',
    documented: [docs('limits#per-cluster')],
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.newVirtualHostsIgnored],
    needs: ['ctl', 'management', 'administration'],
  },
  async ({ broker, client, virtualHost, management, queue, producer }) => {
    const { virtualHosts } = management;
    const another = `${await virtualHost()}_another`;
    const names = async () => (await virtualHosts.list()).map(({ name }) => name);

    // There are two by now
    await broker.whileSet('vhost_max', '1', async () => {
      await expect(virtualHosts.put(another)).rejects.toMatchObject({
        name: 'ManagementError',
        message: expect.stringMatching(/vhost limit of 1/),
      });
      expect(await names(), 'the virtual hosts').not.toContain(another);
      await expect((await client()).channel()).toBeAccepted();
    });
    const tasks = await queue({ type: 'classic' });
    await (await producer()).sendToQueue(tasks, 'task');
    await premise(expect(tasks).toReceive(['task']));
  },
);
