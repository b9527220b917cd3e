import { claim, connectionError, docs, expect, mutants, premise } from '#support';

claim(
  'virtual-hosts/node-channels',
  {
    says: 'Where as many channels are open, over all connections, as the broker is configured to allow, another one ends its connection with 530 and is told the limit, and those that are open go on.',
    documented: [docs('limits#per-node'), docs('channels#maximum-number-of-channels-per-node')],
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.channelOnlyAnswered(2), mutants.errorCodeChanged(530, 504)],
    needs: ['ctl', 'management', 'administration'],
  },
  async ({ broker, client, ownVirtualHost, management }) => {
    const domain = await ownVirtualHost();
    const opened = async () => (await management.in(domain).channels()).length;
    const [one, another] = [await client({ name: 'one' }), await client({ name: 'another' })];
    const there = await one.channel();
    // It counts channels after it has opened them
    await premise(expect(opened, 'channels').toBecome(1));

    await broker.whileSet('channel_max_per_node', '1', async () => {
      await expect(another.channel()).toBeRefused(connectionError(530, /NOT_ALLOWED - .*limit of \(?1\b/));
      await expect(there.declareQueue('', { type: 'classic', exclusive: true })).toBeAccepted();
    });
  },
);
