import { claim, docs, expect, mutants } from '#support';

claim(
  'virtual-hosts/vhost-dqt',
  {
    says: 'In a virtual host with a default queue type, a queue that is declared without a type is of this one, and may be declared again with or without naming it; a queue that names another type is of that. Another default changes none of them, and counts for those that are declared from then on.',
    documented: [docs('vhosts#default-queue-type'), docs('queues#property-equivalence')],
    // A virtual host can have one from then on
    appliesTo: { rabbitmq: '>=3.10.8' },
    extensions: ['queue_types', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.queueArgumentAssumed('x-queue-type', 'classic'),
      mutants.queueArgumentLost('x-queue-type'),
      mutants.argumentsComparedByOctets,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/7734',
        affected: { rabbitmq: '>=3.10.8 <3.11.12' },
        happened: 'the management API ignored the default, which it took under another name than it told it',
        seen: { on: 'rabbitmq 3.10.8' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/11541',
        affected: { rabbitmq: '<3.13.4' },
        happened:
          'a queue that had got the default type could not be declared again in the same way, as the default was not considered',
        seen: { by: mutants.argumentsComparedByOctets },
      },
    ],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, client, management }) => {
    const virtualHost = `${await ownVirtualHost()}_typed`;
    await management.virtualHosts.put(virtualHost, { default_queue_type: 'quorum' });
    try {
      const { queues } = management.in(virtualHost);
      const connection = await client({ name: 'client', virtualHost });
      const typeOf = async (name: string) => (await queues.get(name)).type;
      // This type is declared by saying nothing of it
      const declared = async (name: string, args: Record<string, unknown> = {}) =>
        await (await connection.channel()).declareQueue(name, { type: 'classic', arguments: args });

      await expect(declared('implied')).toBeAccepted();
      await expect(declared('named', { 'x-queue-type': 'classic' })).toBeAccepted();
      expect(await typeOf('implied'), 'the type of the queue that named none').toBe('quorum');
      expect(await typeOf('named'), 'the type of the queue that named one').toBe('classic');
      for (const args of [{}, { 'x-queue-type': 'quorum' }])
        await expect(declared('implied', args), JSON.stringify(args)).toBeAccepted();

      await management.virtualHosts.put(virtualHost, { default_queue_type: 'classic' });
      await expect(declared('later')).toBeAccepted();
      expect(await typeOf('later'), 'the type of the queue after the change').toBe('classic');
      expect(await typeOf('implied'), 'the type of the queue from before').toBe('quorum');
    } finally {
      await management.virtualHosts.delete(virtualHost);
    }
  },
);
