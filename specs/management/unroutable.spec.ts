import { claim, docs, expect, mutants } from '#support';

claim(
  'management/drop-unroutable',
  {
    says: 'The management API counts what a channel published and no queue got: how many messages were dropped, and how many were returned since they were mandatory.',
    // Before, the broker counts what it drops only if a feature flag is enabled
    documented: [
      docs('publishers#metrics'),
      docs('publishers#routing-issues'),
      {
        title: 'RabbitMQ 3.12.0: the feature flags that are required',
        url: 'https://github.com/rabbitmq/rabbitmq-server/releases/tag/v3.12.0',
      },
    ],
    appliesTo: { rabbitmq: '>=3.12' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.managementFieldWrong('channels', 'message_stats', { drop_unroutable: 5, return_unroutable: 2 }),
      mutants.managementFieldWrong('channels', 'message_stats', { drop_unroutable: 3, return_unroutable: 0 }),
    ],
    needs: ['management'],
  },
  async ({ client, exchange, uniqueName, management, virtualHost }) => {
    const logs = await exchange('direct');
    const name = uniqueName('publisher');
    const publisher = await (await client({ name })).channel();
    const { connections, channels } = management.in(await virtualHost());

    for (const body of ['1', '2', '3']) publisher.publish(logs.name, 'nobody', body);
    for (const body of ['4', '5']) publisher.publish(logs.name, 'nobody', body, { mandatory: true });
    await publisher.settled();

    const counted = async () => {
      const own = (await connections()).find(({ user_provided_name }) => user_provided_name === name);
      const channel = (await channels()).find((each) => each.name.startsWith(`${own?.name} (`));
      const { drop_unroutable, return_unroutable } = channel?.message_stats ?? {};
      return { dropped: drop_unroutable, returned: return_unroutable };
    };
    await expect(counted, 'what was unroutable').toBecome({ dropped: 3, returned: 2 });
  },
);
