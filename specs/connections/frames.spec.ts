import { claim, connectionError, expect, mutants, premise, specification } from '#support';

claim(
  'connections/frame-too-large',
  {
    says: 'A client that sends a larger frame than was agreed upon is disconnected, with 501.',
    documented: [specification('2.3.3', 3), specification('2.3.3', 5), specification('4.2.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.agreedFrameMaxForgotten, mutants.errorCodeChanged(501, 502)],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { frameMax: 8192 } });
    await client.send('queue.declare', { exclusive: true });
    const { queue: routingKey } = (await premise(client.expect('queue.declare-ok'))).arguments;

    // A frame has eight octets beside its payload
    await client.send('basic.publish', { routingKey }, { content: { body: Buffer.alloc(8184) } });
    await client.send('basic.get', { queue: routingKey, noAck: true });
    await premise(client.expect('basic.get-ok'));
    client.frameMax = 0;
    // Too large with these eight octets and without them
    await client.send('basic.publish', { routingKey }, { content: { body: Buffer.alloc(8193) } });

    await expect(client).toBeRefused(connectionError(501, 'FRAME_ERROR'));
  },
);
