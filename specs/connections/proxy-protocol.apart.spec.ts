import { once } from 'node:events';
import net from 'node:net';
import { claim, docs, expect, mutants } from '#support';

/** As documentation has them, for a client that nobody can take for one on this machine. */
const [clientAddress, clientPort] = ['203.0.113.7', 51_234];

/** A load balancer that says for whom it connects, as HAProxy does with `send-proxy`; it ends with its clients. */
async function loadBalancer(amqp: net.TcpNetConnectOpts) {
  const server = net.createServer((client) => {
    const broker = net.connect(amqp);
    broker.write(`PROXY TCP4 ${clientAddress} 198.51.100.1 ${clientPort} 5672\r\n`);
    client.pipe(broker).pipe(client);
    for (const socket of [client, broker]) socket.on('error', () => undefined);
    client.once('close', () => broker.destroy());
    broker.once('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return { address: { host: '127.0.0.1', port }, close: () => server.close() };
}

claim(
  'connections/proxy-protocol',
  {
    says: 'With the PROXY protocol enabled, a client behind a load balancer that speaks it is let in, and operators see the address and the port of the client, not those of the load balancer; a client that connects directly, without it, is not let in.',
    documented: [docs('networking#proxy-protocol'), docs('networking#proxy-effects')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.managementFieldWrong('connections', 'peer_host', '127.0.0.1'),
      mutants.managementFieldWrong('connections', 'peer_port', 5672),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/8654',
        affected: { rabbitmq: '*' },
        happened:
          'a connection by which a load balancer looks whether the broker is there, with a LOCAL header of version 2, crashed',
        seen: { not: 'The load balancer of the claim speaks version 1.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2942',
        affected: { rabbitmq: '*' },
        happened:
          'the address to which the client had connected was told to be that of the broker behind the load balancer',
        seen: { not: 'The claim is about the address from which it connects.' },
      },
    ],
    needs: ['ctl', 'management'],
  },
  async ({ broker, client, management, uniqueName }) => {
    const balancer = await loadBalancer(broker.description().amqp);
    const name = uniqueName('behind');
    const seen = async () => {
      const connection = (await management.connections.list()).find(
        (each) => each.user_provided_name === name,
      );
      return { host: connection?.['peer_host'], port: connection?.['peer_port'] };
    };

    try {
      await broker.whileSet('proxy_protocol', 'true', async () => {
        const behind = client({ name, ...balancer.address });
        await expect(behind).toBeAccepted();
        const channel = await (await behind).channel();
        const { queue } = await channel.declareQueue('', { type: 'classic', exclusive: true });
        channel.publish('', queue, 'Hello World!');
        const got = await channel.get(queue, { noAck: true });
        expect(got?.body, 'what the client gets').toBe('Hello World!');
        await expect(seen, 'from where the client comes').toBecome({ host: clientAddress, port: clientPort });

        await expect(client({ name: 'directly' })).rejects.toMatchObject({ name: 'ConnectionLost' });
      });
    } finally {
      balancer.close();
    }
  },
);
