import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'virtual-hosts/cluster-queues',
  {
    says: 'Where as many queues are there as the broker is configured to allow, another one is refused with 406 and told the limit, whatever its type, and those that are there may be declared again.',
    documented: [docs('limits#per-cluster')],
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.declarationsCounted(1), mutants.errorsSwallowed, mutants.errorCodeChanged(406, 403)],
    needs: ['ctl'],
  },
  async ({ broker, client, queue, uniqueName }) => {
    const types = ['classic', 'quorum', 'stream'] as const;
    const { name: tasks } = await queue({ type: 'classic' });
    const connection = await client();
    const declared = async (name: string, type: (typeof types)[number]) =>
      await (await connection.channel()).declareQueue(name, { type });

    await broker.whileSet('cluster_queue_limit', '1', async () => {
      for (const type of types) {
        await expect(declared(uniqueName(type), type)).toBeRefused(
          channelError(406, /PRECONDITION_FAILED - .*queue limit .*\b1\b/, 'queue.declare'),
        );
      }
      await expect(declared(tasks, 'classic')).toBeAccepted();
    });
  },
);

claim(
  'virtual-hosts/cluster-exchanges',
  {
    says: 'Where as many exchanges are there as the broker is configured to allow, another one is refused with 406 and told the limit, and those that are there may be declared again.',
    documented: [docs('limits#per-cluster')],
    appliesTo: { rabbitmq: '>=4.2' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 403)],
    needs: ['ctl'],
  },
  async ({ broker, client, exchange, uniqueName }) => {
    const { name: logs } = await exchange('fanout');
    const connection = await client();
    const declared = async (name: string) =>
      await (await connection.channel()).declareExchange(name, 'fanout');

    // There are more by far, in each virtual host
    await broker.whileSet('cluster_exchange_limit', '1', async () => {
      await expect(declared(uniqueName('exchange'))).toBeRefused(
        channelError(406, /PRECONDITION_FAILED - .*exchange limit of 1\b/, 'exchange.declare'),
      );
      await expect(declared(logs)).toBeAccepted();
    });
  },
);
