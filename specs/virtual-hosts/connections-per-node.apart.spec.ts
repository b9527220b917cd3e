import { claim, connectionError, docs, expect, mutants } from '#support';

claim(
  'virtual-hosts/node-connections',
  {
    says: 'Where as many clients are connected as the broker is configured to allow, another connection is refused with 530 and told the limit, and those that are there go on.',
    documented: [docs('limits#per-node')],
    // Before, a connection beyond the limit was not even accepted: it waited
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.connectionOnlyAnswered(2), mutants.errorCodeChanged(530, 541)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/7753',
        affected: { rabbitmq: '<=3.10.8' },
        happened:
          'a client beyond the limit was not refused, but waited, as nobody accepted its TCP connection',
        seen: { not: 'It is why the claim does not apply to the releases at hand that do so.' },
      },
    ],
    needs: ['ctl'],
  },
  async ({ broker, client }) => {
    const there = await client({ name: 'that is there' });

    await broker.whileSet('connection_max', '1', async () => {
      await expect(client({ name: 'another' })).toBeRefused(
        connectionError(530, 'node connection limit (1) is reached', 'connection.open'),
      );
      const channel = await there.channel();
      const { queue } = await channel.declareQueue('', { type: 'classic', exclusive: true });
      channel.publish('', queue, 'Hello World!');
      const got = await channel.get(queue, { noAck: true });
      expect(got?.body, 'what a client gets that was there').toBe('Hello World!');
    });
  },
);
